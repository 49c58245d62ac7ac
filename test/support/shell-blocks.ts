/** The commands a page of the documentation gives its readers, block by block. */

export interface ShellBlock {
  readonly heading: string;
  /** As written; a line that goes on after a backslash is one command. */
  readonly commands: readonly string[];
}

export function shellBlocks(markdown: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  let heading = '';
  let block: string[] | undefined;
  for (const line of markdown.split('\n')) {
    if (block === undefined) {
      if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
      if (line === '```sh') block = [];
    } else if (line === '```') {
      const commands = block.join('\n').replaceAll('\\\n', '\\\u0000').split('\n');
      const whole = commands.map((command) => command.replaceAll('\u0000', '\n')).filter((command) => command !== '');
      blocks.push({ heading, commands: whole });
      block = undefined;
    } else block.push(line);
  }
  return blocks;
}
