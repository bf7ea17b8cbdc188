/** What the page is set to in Lab's settings, and what of it the server is told. */

import { Notification } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api } from './api.js';
import type { PageSettings } from './common.js';

export const DEFAULTS: PageSettings = {
  language: 'auto',
  keyStore: '',
  beside: true,
  regime: 'gov-current',
  concurrentRuns: 0,
  smallCountLimit: 10
};

type Composite = Record<string, unknown>;

function settingsOf(composite: Composite): PageSettings {
  const text = (key: 'language' | 'keyStore' | 'regime'): string => {
    const value = composite[key];
    return typeof value === 'string' ? value : DEFAULTS[key];
  };
  const whole = (key: 'concurrentRuns' | 'smallCountLimit'): number => {
    const value = composite[key];
    return typeof value === 'number' ? value : DEFAULTS[key];
  };
  const { beside } = composite;
  return {
    language: text('language'),
    keyStore: text('keyStore'),
    beside: typeof beside === 'boolean' ? beside : DEFAULTS.beside,
    regime: text('regime'),
    concurrentRuns: whole('concurrentRuns'),
    smallCountLimit: whole('smallCountLimit')
  };
}

/** Hear of the settings now and whenever they are changed; the server is told its part of them. */
export async function follow(
  registry: ISettingRegistry,
  id: string,
  api: Api,
  trans: TranslationBundle,
  take: (settings: PageSettings) => void
): Promise<void> {
  const loaded = await registry.load(id);
  const explain = (): void => {
    const { [id]: plugin } = registry.plugins;
    registry.plugins[id] = plugin === undefined ? undefined : inLanguage(plugin, trans);
  };
  explain();
  registry.pluginChanged.connect((_sender, changed) => {
    if (changed === id) {
      explain(); // saved settings come back with the schema as the server has it
    }
  });
  let now = settingsOf(loaded.composite);
  take(now);
  loaded.changed.connect(() => {
    const before = now;
    now = settingsOf(loaded.composite);
    take(now);
    const isServers =
      now.concurrentRuns !== before.concurrentRuns || now.smallCountLimit !== before.smallCountLimit;
    if (isServers) {
      tell(api, now)
        .then(told => say(trans, before, now, told))
        .catch((error: unknown) => Notification.error(error instanceof Error ? error.message : String(error)));
    }
  });
  await tell(api, now);
}

/** The settings with titles and explanations in Lab's language: its server knows only the words of language packs. */
function inLanguage(plugin: ISettingRegistry.IPlugin, trans: TranslationBundle): ISettingRegistry.IPlugin {
  const said = (text: string | undefined): string => (text === undefined ? '' : trans._p('schema', text));
  const { schema } = plugin;
  const properties: Record<string, ISettingRegistry.IProperty> = {};
  for (const [key, one] of Object.entries(schema.properties ?? {})) {
    properties[key] = { ...one, title: said(one.title), description: said(one.description) };
  }
  const told: ISettingRegistry.ISchema = {
    ...schema,
    title: said(schema.title),
    description: said(schema.description),
    'jupyter.lab.setting-icon-label': said(schema.title),
    properties
  };
  return { ...plugin, schema: told };
}

type Told = Awaited<ReturnType<Api['setServer']>>;

function tell(api: Api, settings: PageSettings): Promise<Told> {
  const { concurrentRuns, smallCountLimit } = settings;
  return api.setServer({ concurrent_runs: concurrentRuns, small_count_limit: smallCountLimit });
}

/** Say where the server is configured more strictly, and when a limit begins to hold. */
function say(trans: TranslationBundle, before: PageSettings, now: PageSettings, told: Told): void {
  if (now.concurrentRuns > told.concurrent_runs) {
    Notification.info(trans.__('The server is configured for at most %1 runs at a time.', told.concurrent_runs));
  }
  if (now.smallCountLimit < told.small_count_limit) {
    Notification.info(trans.__('The server is configured to hide counts below %1.', told.small_count_limit));
  } else if (now.smallCountLimit !== before.smallCountLimit) {
    Notification.info(
      trans.__('Counts below %1 are hidden in runs and kernels that start from now on.', told.small_count_limit)
    );
  }
}
