/** Something to tell the user about a scenario, by its path in the document; the loader adds file, line and column. */

export type Path = readonly (string | number)[];

export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** Mark the key itself, not its value: for keys that should not be there. */
  readonly onKey?: boolean;
}

/** Where a check leaves what it finds. */
export interface Findings {
  /** The scenario cannot be played like this. */
  error(path: Path, message: string, onKey?: boolean): void;
  /** It can, but probably means something else. */
  warning(path: Path, message: string, onKey?: boolean): void;
}

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

export function dotted(path: Path): string {
  return path.join('.');
}
