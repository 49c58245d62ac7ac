/** The platform's error codes with its own words (WECHAT §5). Every answer is HTTP 200; these tell what it means. */

const messages = {
  [-1]: 'system error',
  0: 'ok',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40031: 'invalid openid list',
  40035: 'invalid argument',
  40125: 'invalid appsecret',
  40130: 'invalid openid list size, at least two openid',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41006: 'media_id missing',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43004: 'require subscribe',
  44002: 'empty post data',
  44003: 'empty news data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45008: 'article size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45028: 'has no masssend quota',
  45047: 'out of response count limit',
  45065: 'clientmsgid exist',
  45072: 'invalid command',
  45080: 'no message interaction with the user in the last 30 seconds',
  45081: 'typing already, cannot be sent again',
  45083: 'speed must be between 0 and 4',
  47001: 'data format error',
  48001: 'api unauthorized',
  48006: 'forbid to clear quota because of reaching the limit',
} as const;

export type PlatformCode = keyof typeof messages;

/** What an API gives back: with `errcode` other than 0 it was refused. */
export type PlatformAnswer = Readonly<Record<string, unknown>>;

/** The answer that only says how it went. */
export function answerOf(errcode: PlatformCode): PlatformAnswer {
  return { errcode, errmsg: messages[errcode] };
}

/** The platform's words for a code. */
export function messageOf(errcode: number): string {
  return (messages as Readonly<Record<number, string>>)[errcode] ?? 'unknown';
}

export const platformCodes = Object.keys(messages).map(Number) as readonly PlatformCode[];
