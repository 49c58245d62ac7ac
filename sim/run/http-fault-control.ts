/** Starts faults on a peakday reference server through its control address (`POST /control/faults`, bearer token). */
import { request } from 'undici';
import type { LiveFaultOrder } from '../scenario/fault-orders.js';

export interface LiveFaultControl {
  start(order: LiveFaultOrder): Promise<void>;
}

export function httpFaultControl(origin: string, controlToken: string): LiveFaultControl {
  return {
    async start(order) {
      const { statusCode, body } = await request(`${origin}/control/faults`, {
        method: 'POST',
        headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      const text = await body.text();
      if (statusCode >= 300) throw new Error(`status ${statusCode} ${text.slice(0, 200)}`);
    },
  };
}
