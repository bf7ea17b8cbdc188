/** Draws Vega-Lite 6 charts without a network: Lab itself knows only older versions. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import type { Result, VisualizationSpec } from 'vega-embed';

const TYPE = 'application/vnd.vegalite.v6+json';

/** Nothing that a chart names is fetched: its rows stand in it. */
const NOTHING = {
  load: (): Promise<never> => Promise.reject(new Error('a chart loads nothing')),
  sanitize: (): Promise<never> => Promise.reject(new Error('a chart links nowhere')),
  http: (): Promise<never> => Promise.reject(new Error('a chart loads nothing')),
  file: (): Promise<never> => Promise.reject(new Error('a chart loads nothing')),
  options: {}
};

class Chart extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('sudare-chart');
    this.node.dataset['sudare'] = 'chart';
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const spec = model.data[TYPE] as unknown as VisualizationSpec;
    const { default: embed } = await import('vega-embed');
    this.drawn?.finalize();
    const isDark = document.body.dataset['jpThemeLight'] === 'false';
    this.drawn = await embed(this.node, spec, {
      actions: { export: true, source: false, compiled: false, editor: false },
      defaultStyle: true,
      loader: NOTHING,
      ...(isDark ? { theme: 'dark' as const } : {})
    });
  }

  override dispose(): void {
    this.drawn?.finalize();
    this.drawn = null;
    super.dispose();
  }

  private drawn: Result | null = null;
}

const extension: IRenderMime.IExtension = {
  id: 'sudare:vega-lite-6',
  rendererFactory: { safe: true, mimeTypes: [TYPE], createRenderer: () => new Chart() },
  rank: 40,
  dataType: 'json'
};

export default extension;
