/** autocannon's closed loop at the reference server: another tool's word on what the server carries. */
import autocannon from 'autocannon';
import { wallMs } from '../core/clock.js';
import { textMessage } from '../server/http/signed-push.js';
import { pushQuery } from '../wechat/signature.js';
import { writeInbound } from '../wechat/write-inbound.js';
import type { TargetProcess } from './target-process.js';

export interface ClosedLoop {
  readonly perS: number;
  readonly targetUs: number;
}

let number = 0;

/** 64 connections, each sends its next signed message when the last is answered. */
export async function closedLoop({ target, cpuUs }: TargetProcess, seconds: number): Promise<ClosedLoop> {
  const beforeUs = cpuUs();
  const result = await autocannon({
    url: target.origin,
    connections: 64,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          const message = { ...textMessage(number++, '几点开门？'), toUserName: 'gh_peakday' };
          const timestampS = Math.floor(wallMs() / 1_000);
          const query = pushQuery({
            token: target.token,
            timestampS,
            nonce: String(number),
            openid: message.fromUserName,
          });
          return {
            ...request,
            path: `${target.path}?${query}`,
            headers: { 'content-type': 'text/xml' },
            body: writeInbound(message),
          };
        },
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`autocannon: ${result.non2xx} not answered, ${result.errors} errors`);
  return { perS: result['2xx'] / result.duration, targetUs: (cpuUs() - beforeUs) / result['2xx'] };
}
