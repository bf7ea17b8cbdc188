import { LabIcon } from '@jupyterlab/ui-components';

/** A blind of reeds, half drawn: what the name says. */
export const sudareIcon = new LabIcon({
  name: 'sudare:blind',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161"><rect x="1" y="1" width="14" height="1.6"/><rect x="2" y="4" width="12" height="1"/>
  <rect x="2" y="6" width="12" height="1"/><rect x="2" y="8" width="12" height="1"/><rect x="2" y="10" width="12" height="1"/>
  <rect x="2" y="12" width="12" height="1.6"/><rect x="4" y="2" width="1" height="11"/><rect x="11" y="2" width="1" height="11"/>
  <circle cx="4.5" cy="14.8" r=".8"/><circle cx="11.5" cy="14.8" r=".8"/></g></svg>`
});
