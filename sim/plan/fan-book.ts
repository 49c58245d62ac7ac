/**
 * Who fan number n is: openid, name, city, order number. The pools come from @faker-js/faker (zh_CN) before the run;
 * everything else is computed from the fan's number, so that a million fans need no table and all threads agree.
 */
import { mix32 } from '../../core/random.js';
import type { fanVariables } from '../scenario/variable.js';

/** What is drawn before the run and handed to the threads. */
export interface FanPools {
  readonly seed: number;
  readonly account: string;
  readonly names: readonly string[];
  readonly cities: readonly string[];
  /** Odd remarks no keyword rule knows. */
  readonly chatter: readonly string[];
}

const POOL_SIZE = 2_048;

/** Draws the pools. faker takes 0.1 s to load (with all languages 0.3 s) and 5 µs a name: never on the hot path, only here. */
export async function drawFanPools(seed: number, account: string): Promise<FanPools> {
  const { faker } = await import('@faker-js/faker/locale/zh_CN');
  faker.seed(seed);
  // Some adjectives end in 的 already.
  const adjective = () => faker.commerce.productAdjective().replace(/的$/, '');
  const pool = (draw: () => string) => Array.from({ length: POOL_SIZE }, draw);
  return {
    seed,
    account,
    names: pool(() => faker.person.fullName()),
    cities: pool(() => faker.location.city()),
    chatter: pool(() => `${faker.word.interjection()}，${adjective()}的${faker.food.dish()}`),
  };
}

/** The words a wording may hold in braces. */
export type FanVariable = (typeof fanVariables)[number];

export interface FanBook {
  /** 28 characters, as real ones: `o`, then what is the account's, then what is the fan's. Different for every fan. */
  openid(fan: number): string;
  /** The fan who has this openid, or nobody. Fans beyond the plan's have one, too. */
  fanOf(openid: string): number | undefined;
  /** A variable's value; `chatter` differs by message, the others are the fan's own. */
  variable(name: FanVariable, fan: number, messageSeed: number): string;
}

/** Fans are numbered from 0; 2^32 of them can be told apart. */
export function fanBook(pools: FanPools): FanBook {
  const { seed, names, cities, chatter } = pools;
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE([...pools.account].reduce((hash, char) => mix32(hash, char.charCodeAt(0)), seed));
  const openid = (fan: number) => {
    bytes.writeUInt32LE(scatter(fan), 4);
    bytes.writeUInt32LE(mix32(fan, seed + 1), 8);
    bytes.writeUInt32LE(mix32(fan, seed + 2), 12);
    bytes.writeUInt32LE(mix32(fan, seed + 3), 16);
    return `o${bytes.toString('base64url')}`;
  };
  return {
    openid,
    fanOf(text) {
      if (!/^o[\w-]{27}$/.test(text)) return undefined;
      const fan = gather(Buffer.from(text.slice(1), 'base64url').readUInt32LE(4));
      return openid(fan) === text ? fan : undefined;
    },
    variable(name, fan, messageSeed) {
      switch (name) {
        case 'name':
          return names[mix32(fan, seed + 4) % names.length]!;
        case 'city':
          return cities[mix32(fan, seed + 5) % cities.length]!;
        case 'order':
          return String(scatter(fan)).padStart(10, '0');
        case 'chatter':
          return chatter[messageSeed % chatter.length]!;
      }
    },
  };
}

/** Spreads neighbours apart; one-to-one on 32 bits, since the factor is odd. */
function scatter(fan: number): number {
  return Math.imul(fan ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
}

/** Undoes `scatter`: the inverse of the factor modulo 2^32. */
function gather(scattered: number): number {
  return (Math.imul(scattered, 0xe8b2f51) ^ 0x5bd1e995) >>> 0;
}
