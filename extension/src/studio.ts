/** Opens the studio: the notebook with the desk. Its one cell is run, where it is the one that sudare wrote. */

import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';

import type { Common } from './common.js';
import { isStudio } from './core/studio.js';
import type { DraftTold } from './types.js';

type Studio = IDocumentWidget & { readonly context: DocumentRegistry.Context };

/** Open it, and the desk in it once its kernel is there; a desk that somebody works at already is left as it is. */
export async function openStudio(common: Common, made: DraftTold): Promise<void> {
  const { commands, serviceManager } = common.app;
  await serviceManager.sessions.refreshRunning();
  const isAtWork = [...serviceManager.sessions.running()].some(session => session.path === made.notebook);
  const opened = (await commands.execute('docmanager:open', { path: made.notebook })) as Studio | undefined;
  if (opened !== undefined && !isAtWork) {
    // Not waited for: a kernel takes seconds to start, and the spec is shown meanwhile.
    runDesk(common, opened, made.cell).catch((error: unknown) =>
      console.warn('sudare: the desk was not opened', error)
    );
  }
}

async function runDesk({ app }: Common, studio: Studio, cell: string): Promise<void> {
  const { context } = studio;
  await context.ready;
  await context.sessionContext.ready;
  if (!studio.isDisposed && isStudio(context.model.toString(), cell)) {
    app.shell.activateById(studio.id);
    await app.commands.execute('notebook:run-all-cells');
  }
}
