/**
 * The nearest service centres to a place on the globe. Places are points on the unit sphere: the chord between two grows
 * with the way around, and neither the date line nor the poles are special to it.
 */
import type { z } from 'zod';
import type { Problem } from '../../core/problem.js';
import { type CentresSettings, centreRowSchema } from './look-up-settings.js';
import { compilePlaces, type PlaceText } from './place-text.js';
import type { CentreRecord } from './record.js';
import { rowProblems } from './row-problems.js';

/** Mean radius of the earth, metres (IUGG R1). */
const EARTH_M = 6_371_008.8;

export type CentreImport = z.input<typeof centreRowSchema>;

export interface NearCentre {
  readonly centre: CentreRecord;
  readonly distanceM: number;
}

type Point = readonly [number, number, number];

export class CentreMap {
  readonly #rows = new Map<string, { readonly centre: CentreRecord; readonly point: Point }>();

  put(centre: CentreRecord): void {
    this.#rows.set(centre.name, { centre, point: pointAt(centre.latitude, centre.longitude) });
  }

  get size(): number {
    return this.#rows.size;
  }

  get(name: string): CentreRecord | undefined {
    return this.#rows.get(name)?.centre;
  }

  *rows(): IterableIterator<CentreRecord> {
    for (const { centre } of this.#rows.values()) yield centre;
  }

  /** The nearest first; of equally far ones the name decides. Degrees. */
  nearest(latitude: number, longitude: number, count: number): readonly NearCentre[] {
    const from = pointAt(latitude, longitude);
    const best: { readonly centre: CentreRecord; readonly chord: number }[] = [];
    for (const { centre, point } of this.#rows.values()) {
      const chord = Math.hypot(point[0] - from[0], point[1] - from[1], point[2] - from[2]);
      let at = best.length;
      while (at > 0 && isBefore(chord, centre, best[at - 1]!)) at -= 1;
      if (at >= count) continue;
      best.splice(at, 0, { centre, chord });
      if (best.length > count) best.pop();
    }
    return best.map(({ centre, chord }) => ({
      centre,
      distanceM: 2 * EARTH_M * Math.asin(Math.min(1, chord / 2)),
    }));
  }
}

export function centreProblems(rows: readonly CentreImport[], lines?: readonly number[]): Problem[] {
  return rowProblems(centreRowSchema, rows, ({ name }) => name, 'centre', lines);
}

export function centreRow(row: CentreImport): CentreRecord {
  return { ...row, phone: row.phone ?? '' };
}

export class CentreLookUp {
  readonly #map: CentreMap;
  readonly #shown: number;
  readonly #list: PlaceText;
  readonly #line: PlaceText;

  constructor({ list, line, shown }: CentresSettings, map: CentreMap) {
    this.#map = map;
    this.#shown = shown;
    this.#list = compilePlaces(list);
    this.#line = compilePlaces(line);
  }

  /** Undefined: there are no centres, or it is no place on earth. */
  find(latitude: number, longitude: number): string | undefined {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || this.#map.size === 0) return undefined;
    const lines = this.#map.nearest(latitude, longitude, this.#shown).map(({ centre, distanceM }, index) => {
      const { name, address, phone } = centre;
      return this.#line({ place: index + 1, name, distance: distanceWords(distanceM), address, phone }).trimEnd();
    });
    return this.#list({ lines: lines.join('\n') });
  }
}

/** `850 m`, `12.3 km`, `1240 km` */
export function distanceWords(distanceM: number): string {
  if (distanceM < 999.5) return `${Math.round(distanceM)} m`;
  const km = distanceM / 1_000;
  return `${km < 99.95 ? km.toFixed(1) : Math.round(km)} km`;
}

function isBefore(chord: number, centre: CentreRecord, other: { centre: CentreRecord; chord: number }): boolean {
  return chord < other.chord || (chord === other.chord && centre.name < other.centre.name);
}

function pointAt(latitude: number, longitude: number): Point {
  const north = (latitude * Math.PI) / 180;
  const east = (longitude * Math.PI) / 180;
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}
