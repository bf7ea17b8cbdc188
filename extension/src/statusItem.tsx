/** The line at the foot of the window: how many runs work, and one that ended otherwise than done until it is seen. */

import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import { TextItem } from '@jupyterlab/statusbar';
import * as React from 'react';

import type { Common } from './common.js';
import { counted } from './core/runList.js';
import { nameOf } from './core/files.js';
import { showPanel } from './dialogs.js';
import { stateOf } from './panel/runsSection.js';

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
          const { runs } = common;
          const { running, queued } = counted(runs.runs);
          const missed = runs.unseen;
          const show = (): void => {
            runs.see();
            showPanel(common);
          };
          if (running + queued === 0 && missed === null) {
            return null;
          }
          const words =
            running + queued > 0 || missed === null
              ? trans.__('sudare: %1 running, %2 waiting', running, queued)
              : `${nameOf(missed.spec)}: ${stateOf(common, missed.state)}`;
          return <TextItem source={words} title={trans.__('Show the runs')} onClick={show} />;
        }}
      </UseSignal>
    );
  }
}
