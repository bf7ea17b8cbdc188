/** What keys ask for. */

interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Whether keys take the last change back (Ctrl+Z), or make it again (Ctrl+Shift+Z, Ctrl+Y); on a Mac with Command. */
export function isUndoKey(event: Keys): 'undo' | 'redo' | null {
  if (event.altKey || event.ctrlKey === event.metaKey) {
    return null;
  }
  const key = event.key.toLowerCase();
  if (key === 'z') {
    return event.shiftKey ? 'redo' : 'undo';
  }
  return key === 'y' && !event.shiftKey ? 'redo' : null;
}
