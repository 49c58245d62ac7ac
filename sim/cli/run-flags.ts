/** The flags of `run`, as yargs gives them. */

export interface RunFlags {
  readonly scenario: string;
  readonly target?: string | undefined;
  readonly token?: string | undefined;
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
  readonly window?: string | undefined;
  readonly threads?: number | undefined;
  readonly out?: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly color?: boolean | undefined;
  readonly 'allow-public': boolean;
}
