/** What must be replaced in a text so that it becomes another: the cursor, and what others see, stay where they are. */

export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** The one range that differs, or null where nothing does. No pair of surrogates is cut in two. */
export function replacement(before: string, after: string): Replacement | null {
  if (before === after) {
    return null;
  }
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start += 1;
  }
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) {
    start -= 1;
  }
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) {
    same += 1;
  }
  if (same > 0 && isLow(before.charCodeAt(before.length - same))) {
    same -= 1;
  }
  return { start, end: before.length - same, value: after.slice(start, after.length - same) };
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
