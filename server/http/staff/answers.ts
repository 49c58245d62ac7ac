/** What the API answers, by the path that is asked: the types of those who read it, as the console does. */
import type { z } from 'zod';
import type { Rules } from '../../engine/rules.js';
import type * as shapes from './shapes.js';

type Row<Name extends keyof typeof shapes> = z.output<(typeof shapes)[Name]>;

interface Page<Of> {
  readonly rows: readonly Of[];
  /** Where the next page begins; absent: this was the last. */
  readonly next?: number;
}

type User = Row<'userShape'> & { readonly groups: readonly string[] };
type WholeRules = Row<'versionShape'> & { readonly rules: Rules };

/** `Path`: below /api/v1, as it is written: with `${string}` where something is put in, and for the query. */
export type AnswerTo<Path extends string> = Path extends '/standing'
  ? Row<'standingShape'>
  : Path extends '/inbox/next'
    ? { readonly item?: Row<'inboxShape'> }
    : Path extends '/inbox/standing'
      ? Row<'deskShape'>
      : Path extends `/inbox/${string}`
        ? Row<'inboxShape'>
        : Path extends `/inbox${string}`
          ? Page<Row<'inboxShape'>>
          : Path extends '/groups'
            ? { readonly rows: readonly { readonly name: string; readonly fans: number }[] }
            : Path extends `/users${string}`
              ? UserAnswer<Path>
              : Path extends `/messages/search${string}`
                ? Page<Row<'exchangeShape'>>
                : Path extends `/games/${string}`
                  ? Page<Row<'winnerShape'>>
                  : Path extends '/games'
                    ? { readonly rows: readonly Row<'gameShape'>[] }
                    : OtherAnswer<Path>;

type UserAnswer<Path extends string> = Path extends `/users/${string}/thread${string}`
  ? Page<Row<'exchangeShape'>>
  : Path extends `/users/${string}`
    ? User
    : Page<Row<'userShape'>>;

type OtherAnswer<Path extends string> = Path extends '/corrections/preview'
  ? Row<'previewShape'>
  : Path extends `/corrections/${string}/fans${string}`
    ? Page<Row<'correctionFanShape'>>
    : Path extends '/corrections'
      ? { readonly rows: readonly Row<'correctionShape'>[] }
      : Path extends `/replies/texts${string}`
        ? Row<'textsShape'>
        : Path extends '/sending'
          ? { readonly unknown: readonly Row<'sendShape'>[] }
          : Path extends `/rules/versions?${string}`
            ? Page<Row<'versionShape'>>
            : Path extends '/rules' | `/rules/${string}`
              ? WholeRules
              : Path extends '/templates'
                ? { readonly rows: readonly { readonly name: string; readonly text: string }[] }
                : unknown;
