/** Names for the controls of a form of Lab: its templates only write them above, and its small buttons have none. */

import type { TranslationBundle } from '@jupyterlab/translation';

const CONTROLS = 'input, select, textarea';

/** Give each control of a form its name, once it is drawn. */
export function nameControls(form: HTMLElement | null, trans: TranslationBundle): void {
  for (const control of form?.querySelectorAll(CONTROLS) ?? []) {
    const name = control.closest('.sudare-ticks, label') === null ? labelOf(control) : '';
    if (name !== '') {
      control.setAttribute('aria-label', name);
    }
  }
  for (const button of form?.querySelectorAll('.jp-ArrayOperationsButton') ?? []) {
    const name = `${labelOf(button)}: ${wordsOf(button, trans)}`;
    button.setAttribute('title', name);
    button.setAttribute('aria-label', name);
  }
}

/** The words above a control; of a choice between forms, which has none, the key that it is of. */
function labelOf(control: Element): string {
  const choice = /_([^_]+)__(?:any|one)of_select$/.exec(control.id)?.[1];
  const label = control.closest('.form-group')?.querySelector('.jp-FormGroup-fieldLabel')?.textContent;
  return choice ?? label ?? '';
}

function wordsOf(button: Element, trans: TranslationBundle): string {
  switch (button.querySelector('[data-icon]')?.getAttribute('data-icon')) {
    case 'ui-components:move-up':
      return trans.__('Move up');
    case 'ui-components:move-down':
      return trans.__('Move down');
    case 'ui-components:delete':
      return trans.__('Remove');
    default:
      return trans.__('Add one more');
  }
}
