/** How long, and how many, answers are remembered for messages that are posted again: by the server and by its model. */
export interface AnswerLimits {
  /** Most answers remembered; of the latest at least half as many are. */
  readonly capacity: number;
  /** Seconds after which an answer is forgotten. */
  readonly maxAgeS: number;
}

/** The platform posts for about 15 s: ten minutes and half a million answers (some 100 MB) are ample. */
export const answerLimits: AnswerLimits = { capacity: 500_000, maxAgeS: 600 };
