/** The account's menu, within the platform's limits, and in the form its `menu/create` takes. */
import { z } from 'zod';

/** Bytes of UTF-8. */
const TOP_NAME_BYTES = 16;
const SUB_NAME_BYTES = 60;
const KEY_BYTES = 128;
const URL_BYTES = 1_024;

const pushTypes = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
] as const;

function bytes(limit: number) {
  return z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= limit, `longer than ${limit} bytes`);
}

const action = {
  type: z.enum(pushTypes).optional().describe('What a tap with a key does; left out: `click`.'),
  key: bytes(KEY_BYTES).optional().describe('What a tap sends; a `click` must have an answer.'),
  url: bytes(URL_BYTES).optional().describe('Or the page a tap opens.'),
};

const subButtonSchema = z
  .strictObject({ name: bytes(SUB_NAME_BYTES).describe('What stands on it, at most 60 bytes.'), ...action })
  .refine((button) => (button.key === undefined) !== (button.url === undefined), 'say `key` or `url`, one of them')
  .refine((button) => button.url === undefined || button.type === undefined, 'a button with a page has no `type`');

const buttonSchema = z
  .strictObject({
    name: bytes(TOP_NAME_BYTES).describe('What stands on it, at most 16 bytes.'),
    ...action,
    buttons: z.array(subButtonSchema).min(1).max(5).optional().describe('Or the buttons it unfolds.'),
  })
  .refine(
    (button) => [button.key, button.url, button.buttons].filter((part) => part !== undefined).length === 1,
    'say exactly one of `key`, `url`, `buttons`',
  )
  .refine((button) => button.key !== undefined || button.type === undefined, '`type` goes with `key`');

export const menuSchema = z
  .array(buttonSchema)
  .max(3)
  .prefault([])
  .describe('The buttons under the conversation: at most three, each with at most five below.');

export type Menu = z.output<typeof menuSchema>;
type Button = Menu[number] | z.output<typeof subButtonSchema>;

/** Keys a tap pushes as a CLICK, each with its dotted path below the menu. */
export function clickKeys(menu: Menu): { readonly path: string; readonly key: string }[] {
  const keyOf = (button: Button, path: string) =>
    button.key === undefined || (button.type ?? 'click') !== 'click' ? [] : [{ path: `${path}.key`, key: button.key }];
  return menu.flatMap((button, top) => [
    ...keyOf(button, `${top}`),
    ...(button.buttons ?? []).flatMap((sub, index) => keyOf(sub, `${top}.buttons.${index}`)),
  ]);
}

/** The body of `POST /cgi-bin/menu/create`. */
export function menuJson(menu: Menu): string {
  const written = (button: Button): object => {
    const { name, key, url } = button;
    if ('buttons' in button && button.buttons !== undefined) return { name, sub_button: button.buttons.map(written) };
    return url === undefined ? { type: button.type ?? 'click', name, key } : { type: 'view', name, url };
  };
  return JSON.stringify({ button: menu.map(written) }, undefined, 2);
}
