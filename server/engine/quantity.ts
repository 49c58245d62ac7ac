/** What settings are written with. The reader of the settings brings them: a scenario, its texts with units. */
import type { z } from 'zod';

type Quantity = z.ZodCodec<z.ZodString, z.ZodNumber>;

export interface Quantities {
  /** Seconds since midnight of the first day. */
  readonly moment: Quantity;
  /** Seconds. */
  readonly duration: Quantity;
  /** 0 to 1. */
  readonly share: Quantity;
}
