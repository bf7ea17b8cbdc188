/** The panel on the left: the guideline, what is open in the spec that is shown, and the runs. */

import type { IWidgetTracker } from '@jupyterlab/apputils';
import { ReactWidget, UseSignal } from '@jupyterlab/apputils';
import * as React from 'react';

import { ProblemList } from '../common.js';
import type { Common } from '../common.js';
import { allProblems, openPoints } from '../core/reading.js';
import { sudareIcon } from '../icon.js';
import type { SpecDocument } from '../spec/document.js';
import type { SpecModel } from '../spec/model.js';
import { placeName } from '../spec/placeName.js';
import type { CatalogueTold } from '../types.js';
import { Guideline } from './guideline.js';
import { RunsSection } from './runsSection.js';

type Documents = IWidgetTracker<SpecDocument>;

export class Panel extends ReactWidget {
  constructor(
    private readonly common: Common,
    private readonly documents: Documents
  ) {
    super();
    this.id = 'sudare-panel';
    this.title.icon = sudareIcon;
    this.title.caption = common.trans.__('Processing design');
    this.node.dataset['sudare'] = 'panel';
    this.addClass('sudare-panel');
  }

  override render(): React.JSX.Element {
    return <Parts common={this.common} documents={this.documents} />;
  }
}

/** Open a spec and show a place in it. */
export async function openSpec(common: Common, documents: Documents, path: string, place: string): Promise<void> {
  await common.app.commands.execute('docmanager:open', { path });
  const document = documents.find(one => one.context.path === path);
  if (document === undefined) {
    return;
  }
  const { model } = document.content;
  await document.context.ready;
  if (model.spec === null) {
    await model.refresh();
  }
  requestAnimationFrame(() => model.show(place));
}

function Parts({ common, documents }: { common: Common; documents: Documents }): React.JSX.Element {
  const [catalogue, setCatalogue] = React.useState<CatalogueTold | null>(null);
  React.useEffect(() => {
    const load = (): void => {
      common
        .catalogue()
        .then(setCatalogue)
        .catch((error: unknown) => console.warn('sudare: the catalogue could not be read', error));
    };
    load();
    common.settingsChanged.connect(load);
    return (): void => {
      common.settingsChanged.disconnect(load);
    };
  }, [common]);
  return (
    <>
      <UseSignal signal={common.runs.changed}>
        {() => <RunsSection common={common} catalogue={catalogue} openSpec={(path, place) => openSpec(common, documents, path, place)} />}
      </UseSignal>
      <UseSignal signal={documents.currentChanged}>
        {() => <Open common={common} catalogue={catalogue} model={documents.currentWidget?.content.model ?? null} />}
      </UseSignal>
      <UseSignal signal={documents.currentChanged}>
        {() =>
          catalogue === null ? null : (
            <Guideline common={common} catalogue={catalogue} canInsert={documents.currentWidget !== null} />
          )
        }
      </UseSignal>
    </>
  );
}

interface OpenProps {
  readonly common: Common;
  readonly catalogue: CatalogueTold | null;
  readonly model: SpecModel | null;
}

function Open({ common, catalogue, model }: OpenProps): React.JSX.Element | null {
  const { trans } = common;
  if (model === null) {
    return null;
  }
  return (
    <UseSignal signal={model.changed}>
      {() => {
        const view = model.view;
        const open = view === null ? [] : openPoints(view);
        const wrong = view === null ? [] : allProblems(view);
        const name = (where: string): string => placeName(trans, model.spec, catalogue, where);
        return (
          <section aria-label={trans.__('Open points')} data-sudare="panel-open">
            <h2>{trans.__('Open points')}</h2>
            <p className="sudare-hint">{model.spec?.title}</p>
            <ProblemList problems={wrong} name={name} show={where => model.show(where)} />
            <ProblemList problems={open} kind="open" name={name} show={where => model.show(where)} />
            {view !== null && open.length + wrong.length === 0 ? <p>{trans.__('Nothing is open.')}</p> : null}
          </section>
        );
      }}
    </UseSignal>
  );
}
