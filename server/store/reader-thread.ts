/** The thread that reads: a connection of its own, so that no question waits for a commit and no commit for a question. */
import { type Connection, openForReading, searchPath } from './database-file.js';
import { type Queries, queriesOf } from './queries.js';
import { serve, threadPath } from './thread-link.js';

let main: Connection;
let index: Connection;
let queries: Queries;

serve({
  open() {
    main = openForReading(threadPath());
    index = openForReading(searchPath(threadPath()));
    queries = queriesOf(main, index);
  },
  ask({ name, given }: { readonly name: keyof Queries; readonly given: never }) {
    return queries[name](given);
  },
  close() {
    index.close();
    main.close();
  },
});
