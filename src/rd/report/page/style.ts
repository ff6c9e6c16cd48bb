/** The page's style: light, and dark where the reader's system is. */
import type { SeriesStyle } from '../../../plot/styles.js'

const BASE = `
:root { color-scheme: light dark; --ground: #ffffff; --panel: #f6f7f9; --ink: #1b1f24; --soft: #57606a; --rule: #d5dae0; --grid: #e6e9ed; --accent: #0b5cad }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171b; --panel: #1d2127; --ink: #e8ebee; --soft: #a3adb8; --rule: #3a424c; --grid: #2b3138; --accent: #7ab8f5 }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
main, header, footer { max-width: 1240px; margin: 0 auto; padding: 0 20px }
header { padding-top: 28px }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px }
h2 { font-size: 19px; margin: 40px 0 8px }
p { margin: 6px 0; max-width: 100ch }
.soft, figcaption, footer { color: var(--soft) }
footer { padding-top: 24px; padding-bottom: 40px; font-size: 13px }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: 6px; align-items: center }
.controls { display: flex; flex-wrap: wrap; gap: 10px 24px; align-items: center; margin: 12px 0 }
.controls > label { display: inline-flex; gap: 8px; align-items: center; max-width: 100% }
legend, .controls > label > span { float: left; color: var(--soft); padding: 0; white-space: nowrap }
.pill { position: relative }
.pill input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer }
.pill span { display: block; padding: 4px 12px; border: 1px solid var(--rule); border-radius: 999px; background: var(--panel) }
.pill input:checked + span { background: var(--accent); border-color: var(--accent); color: var(--ground) }
.pill input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px }
select, button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 5px 10px; max-width: 100% }
label > select { min-width: 0 }
.legend { display: flex; flex-wrap: wrap; gap: 8px; margin: 10px 0; padding: 0; list-style: none }
.legend li { max-width: 100% }
.legend button { display: flex; gap: 10px; align-items: center; text-align: left; cursor: pointer; padding: 6px 12px; width: 100%; height: 100% }
.legend svg { flex: none }
.legend small { display: block; color: var(--soft); font-size: 12px; line-height: 1.3; overflow-wrap: anywhere }
.legend strong { overflow-wrap: anywhere }
.legend button[aria-pressed="false"] { opacity: 0.55 }
.legend button[aria-pressed="false"] strong { text-decoration: line-through }
.legend button[aria-pressed="false"] svg { opacity: 0.25 }
.chart { position: relative; min-width: 0 }
.chart svg { display: block; touch-action: pan-y; overflow: visible }
.grid { stroke: var(--grid) }
.zero { stroke: var(--soft) }
.frame { fill: none; stroke: var(--soft) }
.tick, .label, .name { font-size: 12.5px; fill: var(--ink) }
.label { fill: var(--soft) }
.name { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round }
.line { fill: none; stroke: var(--c); stroke-width: 2.4 }
.faint { fill: none; stroke: var(--c); stroke-width: 1; opacity: 0.22; pointer-events: none }
.mark { fill: var(--c); stroke: var(--ground); stroke-width: 0.8 }
.ring { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none }
.tip { position: absolute; pointer-events: none; background: var(--ground); border: 1px solid var(--rule); border-radius: 8px; padding: 6px 10px; font-size: 13px; line-height: 1.4; box-shadow: 0 2px 10px #0003; max-width: min(260px, 100%); overflow-wrap: anywhere }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.scroll { overflow-x: auto; border: 1px solid var(--rule); border-radius: 8px }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100% }
th, td { text-align: right; padding: 6px 12px; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top }
tbody tr:last-child > * { border-bottom: 0 }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--ground); min-width: 7em; max-width: 40vw; overflow-wrap: anywhere; white-space: normal }
thead th { background: var(--panel); font-weight: 600 }
thead th:first-child { background: var(--panel) }
td small { display: block; color: var(--soft); max-width: 34ch; overflow: hidden; text-overflow: ellipsis; margin-left: auto }
details { margin: 10px 0 }
details li, .left-out li { overflow-wrap: anywhere }
.two { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px }
figure { margin: 0; max-width: 100% }
.pair { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start }
.picture { position: relative; width: 100%; background: #000; border-radius: 4px; overflow: hidden }
.picture img { position: absolute; inset: 0; width: 100%; height: 100%; display: block }
.pixels img { image-rendering: pixelated }
#wipe { --split: 50%; cursor: ew-resize; touch-action: pan-y; user-select: none }
#picture-left { clip-path: inset(0 calc(100% - var(--split)) 0 0) }
#wipe::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--split); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 0 1px #0009; pointer-events: none }
figure label { display: block; margin-top: 10px }
#split { width: 100%; margin: 4px 0 10px; accent-color: var(--accent) }
.tag { position: absolute; top: 8px; padding: 1px 8px; border-radius: 6px; background: #000a; color: #fff; font-size: 12.5px; pointer-events: none; max-width: 45%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.tag.at-left { left: 8px } .tag.at-right { right: 8px }
.facts { flex: 1 1 300px; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 16px; max-width: 560px; font-size: 13px }
.facts p { grid-column: 1 / -1 }
.facts ul { list-style: none; margin: 0; padding: 0; color: var(--soft); overflow-wrap: anywhere }
.bar { display: inline-block; width: 120px; height: 12px; border-radius: 6px; vertical-align: -1px; margin: 0 6px; border: 1px solid var(--rule) }
@media (max-width: 760px) {
  main, header, footer { padding-left: 14px; padding-right: 14px }
  .two { grid-template-columns: minmax(0, 1fr) }
  .legend { display: grid; grid-template-columns: minmax(0, 1fr) }
  h1 { font-size: 22px }
}
@media print { .controls, .spoken { display: none } }
`

/** The style of a page with so many series, whose hues are variables of the classes s0, s1, ... */
export function pageStyle(styles: readonly SeriesStyle[]): string {
  const rules = (hue: 'colour' | 'dark') => styles.map((style, i) => `.s${i} { --c: ${style[hue]} }`).join('\n')
  return `${BASE}${rules('colour')}\n@media (prefers-color-scheme: dark) {\n${rules('dark')}\n}\n`
}
