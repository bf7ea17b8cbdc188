/** Which choices fit what is typed so far. */

/** One choice: what is shown, what is written, and what it means. */
export interface Choice {
  readonly kind: 'key' | 'column' | 'value';
  readonly label: string;
  readonly insert: string;
  /** A word or two beside it, in the reader's language. */
  readonly about: string;
  /** A sentence about it. */
  readonly help: string;
}

/** Those that fit: first those that begin with it; a technique is found by its name in Japanese too. */
export function matching<T extends Choice>(typed: string, choices: readonly T[]): T[] {
  const wanted = typed.trim().toLowerCase();
  const begins = (one: T): boolean =>
    one.label.toLowerCase().startsWith(wanted) || one.insert.trim().toLowerCase().startsWith(wanted);
  // One letter of the alphabet is in nearly everything.
  const holds = (one: T): boolean =>
    !/^[!-~]?$/.test(wanted) && [one.label, one.about].some(text => text.toLowerCase().includes(wanted));
  return [...choices.filter(begins), ...choices.filter(one => !begins(one) && holds(one))];
}

const WIDE = /[\u1100-\u11FF\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFF60]/g;

/** About how many letters wide it is drawn: a Japanese character falls short of two in most fonts. */
export function cells(text: string): number {
  return text.length + 0.75 * (text.match(WIDE)?.length ?? 0);
}
