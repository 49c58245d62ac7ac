/** What is done to the target's surroundings at a moment: a command is run or an address called. */
import { z } from 'zod';
import { duration, moment } from './codecs.js';

export const hookSchema = z
  .strictObject({
    name: z.string().min(1).max(60).optional().describe('Shown in reports. Default: the command, or what is called.'),
    at: moment.describe('When it is started.'),
    run: z
      .array(z.string())
      .min(1)
      .max(100)
      .meta({
        wanted: 'a list of a command and its arguments, like ["kubectl", "rollout", "restart", "deploy/replies"]',
      })
      .optional()
      .describe('The command and its arguments; no shell reads them. It runs with your rights, without our secrets.'),
    call: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/, error: 'not an address like http://127.0.0.1:8080/restart' })
          .describe('Where.'),
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).prefault('POST').describe('How.'),
        headers: z
          .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'a header has letters, digits and dashes'), z.string())
          .prefault({})
          .describe('Kept in the folder of the run, as all here: no secrets.'),
        body: z.string().optional().describe('As it is sent; say what it is in `content-type`.'),
      })
      .optional()
      .describe('Or: the address that is called. A status from 200 to 299 is good.'),
    timeout: duration
      .prefault('30s')
      .describe('After this it is ended, a command with all it has started; wire time, whatever the speed.'),
  })
  .refine((hook) => (hook.run === undefined) !== (hook.call === undefined), 'say `run` or `call`, one of them');

export type Hook = z.output<typeof hookSchema>;

/** What reports call it; arguments, paths and queries are left out, for they may hold secrets. */
export function hookName({ name, run, call }: Hook): string {
  if (name !== undefined) return name;
  if (run !== undefined) return run[0]!;
  return call === undefined ? 'hook' : `${call.method} ${new URL(call.url).host}`;
}
