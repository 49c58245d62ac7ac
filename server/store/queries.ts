/** What can be asked of the database. Long answers are generators that yield now and then: others are served in between. */
import { Asking } from './asking.js';
import type { Connection } from './database-file.js';
import { MessageQuestions } from './message-questions.js';
import { TableQuestions } from './table-questions.js';
import { UserQuestions } from './user-questions.js';

export type Queries = ReturnType<typeof queriesOf>;

export function queriesOf(main: Connection, index: Connection) {
  const asking = [new Asking(main), new Asking(index)] as const;
  const messages = new MessageQuestions(...asking);
  const users = new UserQuestions(...asking);
  const tables = new TableQuestions(...asking, users);
  return {
    unfinished: tables.unfinished.bind(tables),
    page: tables.page.bind(tables),
    answers: tables.answers.bind(tables),
    lasts: tables.lasts.bind(tables),
    counts: tables.counts.bind(tables),
    logged: users.logged.bind(users),
    searchUsers: users.search.bind(users),
    oldestOfLatest: messages.oldestOfLatest.bind(messages),
    thread: messages.thread.bind(messages),
    search: messages.search.bind(messages),
    messagesWith: messages.messagesWith.bind(messages),
    repliesWith: messages.repliesWith.bind(messages),
  };
}
