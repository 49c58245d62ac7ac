import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CentreLookUp, CentreMap, centreProblems, distanceWords } from './centre-map.js';
import { centresSchema } from './look-up-settings.js';
import type { CentreRecord } from './record.js';

function centre(name: string, latitude: number, longitude: number): CentreRecord {
  return { name, latitude, longitude, address: `${name}路`, phone: '' };
}

function mapOf(centres: readonly CentreRecord[]): CentreMap {
  const map = new CentreMap();
  for (const one of centres) map.put(one);
  return map;
}

/** The law of haversines, all centres sorted. */
function slowDistanceM(latitude: number, longitude: number, to: CentreRecord): number {
  const rad = (degrees: number) => (degrees * Math.PI) / 180;
  const haversine = (angle: number) => Math.sin(angle / 2) ** 2;
  const h =
    haversine(rad(to.latitude - latitude)) +
    Math.cos(rad(latitude)) * Math.cos(rad(to.latitude)) * haversine(rad(to.longitude - longitude));
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}

const latitude = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 0, 89.999));
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 0, 179.999, -179.999),
);

describe('the nearest centres', () => {
  it('are those of the slow way, over poles and date line too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(latitude, longitude), { minLength: 1, maxLength: 30 }),
        latitude,
        longitude,
        (places, lat, lon) => {
          const centres = places.map(([north, east], index) => centre(`c${index}`, north, east));
          const near = mapOf(centres).nearest(lat, lon, 3);
          const slow = centres.map((one) => slowDistanceM(lat, lon, one)).sort((a, b) => a - b);
          expect(near).toHaveLength(Math.min(3, centres.length));
          for (const [index, { centre: found, distanceM }] of near.entries()) {
            // Near the opposite side of the earth both lose digits: a metre is nothing there.
            expect(Math.abs(distanceM - slow[index]!)).toBeLessThan(1);
            expect(Math.abs(distanceM - slowDistanceM(lat, lon, found))).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('knows the way over the date line and over the pole', () => {
    const map = mapOf([centre('fiji', -17, 179.9), centre('samoa', -17, -179.7), centre('far', -17, 170)]);
    expect(map.nearest(-17, -179.95, 2).map((near) => near.centre.name)).toEqual(['fiji', 'samoa']);
    const polar = mapOf([centre('across', 89.9, 180), centre('aside', 88, 0)]);
    expect(polar.nearest(89.9, 0, 1)[0]?.centre.name).toBe('across');
  });

  it('knows a real distance', () => {
    // Beijing to Shanghai, 1,067 km along a great circle.
    const [near] = mapOf([centre('上海', 31.2304, 121.4737)]).nearest(39.9042, 116.4074, 1);
    expect(near!.distanceM / 1_000).toBeCloseTo(1_067, -1);
  });

  it('puts equally far ones in the order of their names', () => {
    const map = mapOf([centre('b', 10, 10), centre('c', 10, 10), centre('a', 10, 10), centre('d', 10, 10)]);
    expect(map.nearest(0, 0, 3).map((near) => near.centre.name)).toEqual(['a', 'b', 'c']);
  });

  it('are listed in a text', () => {
    const map = mapOf([centre('近', 31, 121), centre('远', 32, 121)]);
    const lookUp = new CentreLookUp(centresSchema.parse({}), map);
    expect(lookUp.find(31, 121)).toBe('离您最近的服务网点：\n1. 近，0 m\n近路\n2. 远，111 km\n远路');
    expect(lookUp.find(91, 0)).toBeUndefined();
    expect(lookUp.find(Number.NaN, 0)).toBeUndefined();
    expect(new CentreLookUp(centresSchema.parse({}), new CentreMap()).find(31, 121)).toBeUndefined();
  });
});

it('writes distances short', () => {
  expect([0, 849.6, 999.4, 999.5, 12_340, 99_949, 99_950, 1_240_000].map(distanceWords)).toEqual([
    '0 m',
    '850 m',
    '999 m',
    '1.0 km',
    '12.3 km',
    '99.9 km',
    '100 km',
    '1240 km',
  ]);
});

it('says by line what is wrong with rows', () => {
  const rows = [
    centre('a', 91, 0),
    centre('b', 0, 181),
    centre('c', 0, 0),
    { ...centre('c', 0, 0), address: '' },
    centre('c', 1, 1),
  ];
  expect(centreProblems(rows, [2, 3, 4, 5, 6]).map(({ path, line }) => [path, line])).toEqual([
    ['0.latitude', 2],
    ['1.longitude', 3],
    ['3.address', 5],
    ['4', 6],
  ]);
});
