/** Markup in template strings: what stands in `${}` is always text or an element, never markup. */
import htm from 'htm';
import { h } from 'preact';

export const html = htm.bind(h);

/** What an event of a field tells. @typedef {{ readonly target: { readonly value: string } }} Typed */
