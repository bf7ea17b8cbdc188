/** The line at the foot of the window: how many runs work. */

import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import { TextItem } from '@jupyterlab/statusbar';
import * as React from 'react';

import type { Common } from './common.js';
import { counted } from './core/runList.js';
import { showPanel } from './dialogs.js';

export class StatusItem extends ReactWidget {
  constructor(private readonly common: Common) {
    super();
    this.addClass('jp-mod-highlighted');
    this.node.dataset['sudare'] = 'status';
  }

  override render(): React.JSX.Element {
    const { common } = this;
    const { trans } = common;
    return (
      <UseSignal signal={common.runs.changed}>
        {() => {
          const { running, queued } = counted(common.runs.runs);
          const words = trans.__('sudare: %1 running, %2 waiting', running, queued);
          return running + queued === 0 ? null : (
            <TextItem source={words} title={trans.__('Show the runs')} onClick={() => showPanel(common)} />
          );
        }}
      </UseSignal>
    );
  }
}
