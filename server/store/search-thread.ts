/** The thread that works behind the writer: keeps the search index, and moves the log into the database. */
import { platform, setPriority } from 'node:os';
import { type Connection, openForReading } from './database-file.js';
import { SearchIndex } from './search-index.js';
import { serve, threadPath } from './thread-link.js';

let main: Connection;
let index: SearchIndex;

serve({
  open() {
    // Search may lag, answers may not. On Linux this is the priority of the thread; elsewhere it would be the process's.
    if (platform() === 'linux') setPriority(10);
    main = openForReading(threadPath());
    index = new SearchIndex(threadPath(), main);
  },
  *catchUp() {
    while (index.step()) yield;
  },
  /** One slice; false: nothing was left. */
  catchUpOne: () => index.step(),
  /**
   * As far as it goes: this is what waits for the disk longest, so it is not done by the writer, which goes on meanwhile
   * and does the rest, so that the log begins again from its start.
   */
  moveLog() {
    main.exec('PRAGMA query_only=0');
    main.pragma('wal_checkpoint(PASSIVE)');
    main.exec('PRAGMA query_only=1');
  },
  close() {
    index.close();
    main.close();
  },
});
