/** The flags of `run`, as yargs gives them. */

export interface RunFlags {
  readonly scenario: string;
  readonly target?: string | undefined;
  readonly token?: string | undefined;
  readonly 'aes-key'?: string | undefined;
  readonly 'aes-key-previous'?: string | undefined;
  readonly 'platform-host': string;
  readonly 'platform-port'?: number | undefined;
  readonly secret?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly ca?: string | undefined;
  readonly insecure: boolean;
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
