/** In which language the server is asked. */

export type Language = 'ja' | 'en';

/** The language of a setting; 'auto' is that of Lab, and where Lab speaks neither, English. */
export function languageOf(setting: string, lab: string): Language {
  if (setting === 'ja' || setting === 'en') {
    return setting;
  }
  return lab.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
