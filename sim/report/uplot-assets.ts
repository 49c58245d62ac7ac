/** uPlot's script and style sheet as text, to be put into the page: a report must open without a network. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface UplotAssets {
  readonly script: string;
  readonly style: string;
}

let assets: UplotAssets | undefined;

/** Read once; they are part of the installed package. */
export function uplotAssets(): UplotAssets {
  const require = createRequire(import.meta.url);
  const read = (file: string) =>
    readFileSync(require.resolve(`uplot/dist/${file}`), 'utf8')
      .replaceAll('\r', '')
      .trim();
  assets ??= { script: read('uPlot.iife.min.js'), style: read('uPlot.min.css') };
  return assets;
}
