/** Problems at their lines in the text of a spec, and explanations under the pointer. */

import { indentService, indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { Prec } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import { EditorView, hoverTooltip } from '@codemirror/view';
import type { Tooltip } from '@codemirror/view';

import type { Common } from '../common.js';
import { indentAfter } from '../core/placesIndent.js';
import { marksOf } from '../core/placesOfProblems.js';
import type { ViewTold } from '../types.js';
import { completing } from './known.js';

/** What an editor of a spec's text is given once. */
export function specExtensions(common: Common): Extension {
  return [
    lintGutter(),
    hoverTooltip((view, offset) => explained(common, view, offset)),
    // As the writer of specs indents, whatever Lab is set to: a new line stands below the keys of its step.
    Prec.high(indentUnit.of('  ')),
    indentService.of((context, offset) => {
      const { text, from } = context.lineAt(offset, -1); // up to the break
      return offset > from ? (indentAfter(text) ?? undefined) : undefined;
    })
  ];
}

async function explained(common: Common, view: EditorView, offset: number): Promise<Tooltip | null> {
  const text = view.state.doc.toString();
  const { helpAt, known } = await completing(common);
  const found = helpAt(text, offset, known);
  if (found === null || view.state.doc.toString() !== text) {
    return null;
  }
  const create = (): { dom: HTMLElement } => {
    const dom = document.createElement('div');
    dom.className = 'sudare-explained';
    dom.dataset['sudare'] = 'explained';
    const title = dom.appendChild(document.createElement('b'));
    title.textContent = found.title;
    const help = dom.appendChild(document.createElement('p'));
    help.textContent = found.help;
    return { dom };
  };
  return { pos: found.from, end: found.to, above: true, create };
}

/** Draw what the server said of a text that is still the one in the editor. */
export function mark(view: EditorView, text: string, told: ViewTold): void {
  const diagnostics = marksOf(text, told).map((one): Diagnostic => ({
    from: one.from,
    to: one.to,
    message: one.message,
    severity: one.isOpen ? 'info' : 'error'
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}
