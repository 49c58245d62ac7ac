/** The store that remembers nothing: every post is new work, as with most libraries in the field. No repeat ever waits. */
import type { AnswerStore } from './store.js';

export const noStore: AnswerStore = {
  begin: () => 'new',
  settle: () => undefined,
  abandon: () => {},
  close: async () => {},
};
