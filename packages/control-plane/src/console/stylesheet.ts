import { createHash } from "node:crypto";

/** How all pages look: system fonts, light and dark by the browser's wish, one column that fits a telephone. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --text: #1c2024;
  --quiet: #5b646e;
  --line: #dfe3e8;
  --paper: #ffffff;
  --raised: #f6f7f9;
  --accent: #0b5cad;
  --on-accent: #ffffff;
  --good: #17713b;
  --busy: #0b5cad;
  --waits: #5b646e;
  --warns: #8a5300;
  --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e7eaee;
    --quiet: #a2abb5;
    --line: #333a42;
    --paper: #14171a;
    --raised: #1d2125;
    --accent: #7db8f5;
    --on-accent: #0d1b2a;
    --good: #6fd08f;
    --busy: #7db8f5;
    --waits: #a2abb5;
    --warns: #f0b35a;
    --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: break-word;
}
header.bar, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header.bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem;
  padding-top: 0.75rem; padding-bottom: 0.75rem; border-bottom: 1px solid var(--line);
}
header.bar .brand { font-weight: 650; letter-spacing: 0.01em; color: var(--text); text-decoration: none; }
header.bar .who { margin-left: auto; color: var(--quiet); font-size: 0.875rem; }
header.bar form { margin: 0; }
main { padding-top: 1.5rem; padding-bottom: 3rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: 0.5rem; }
nav.trail { font-size: 0.875rem; color: var(--quiet); }
nav.trail ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0 0 0.5rem; padding: 0; }
nav.trail li + li::before { content: "/"; margin-right: 0.4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.5rem; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
p { margin: 0 0 0.75rem; max-width: 46rem; }
.description { white-space: pre-line; }
.quiet { color: var(--quiet); }
.scroll { position: relative; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: 0.8125rem; color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
time, code, .id { font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre, .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
pre {
  background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 0.85rem 1rem;
  overflow-x: auto; margin: 0 0 1rem; line-height: 1.45;
}
pre code { font-size: 0.875rem; white-space: pre; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: 0.35rem 1.5rem; margin: 0 0 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
ul.tags { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; }
ul.tags li { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0 0.5rem; font-size: 0.875rem; }
.status { white-space: nowrap; font-weight: 600; }
.status .sign { display: inline-block; width: 1.3em; text-align: center; }
.good { color: var(--good); }
.busy { color: var(--busy); }
.waits { color: var(--waits); }
.warns { color: var(--warns); }
.bad { color: var(--bad); }
svg.ranges { display: block; width: 100%; height: 1.5rem; margin: 0 0 0.75rem; border-radius: 4px; background: var(--raised); }
svg.ranges .frame { fill: none; stroke: var(--line); }
svg.ranges .good { fill: var(--good); }
svg.ranges .busy { fill: var(--busy); }
svg.ranges .waits { fill: var(--waits); opacity: 0.45; }
svg.ranges .warns { fill: var(--warns); }
svg.ranges .bad { fill: var(--bad); }
progress { width: 100%; max-width: 24rem; height: 0.75rem; accent-color: var(--accent); }
.notice { border-left: 4px solid var(--bad); background: var(--raised); padding: 0.75rem 1rem; margin: 0 0 1rem; max-width: 46rem; }
.notice p:last-child { margin: 0; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1rem 0; }
.actions form { margin: 0; }
button {
  font: inherit; font-weight: 600; cursor: pointer; min-height: 2.5rem; padding: 0.35rem 1.1rem;
  border-radius: 6px; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent);
}
button.plain { background: transparent; color: var(--accent); }
button.small { min-height: 2rem; padding: 0.1rem 0.7rem; font-size: 0.875rem; }
form.login { max-width: 26rem; margin-bottom: 1.25rem; }
form.login label { display: block; font-weight: 600; margin-bottom: 0.35rem; }
form.login input {
  width: 100%; font: inherit; padding: 0.5rem 0.65rem; margin-bottom: 1rem;
  border: 1px solid var(--quiet); border-radius: 6px; background: var(--paper); color: var(--text);
}
@media (max-width: 40rem) {
  h1 { font-size: 1.4rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.6rem; }
  header.bar .who { margin-left: 0; width: 100%; order: 3; }
  header.bar form { margin-left: auto; }
}
@media print {
  header.bar, .actions { display: none; }
}
`.trimStart();

const HASH_LENGTH = 16;

/** The stylesheet's address: another text has another one, so browsers may keep it for ever. */
export const STYLESHEET_PATH = `/console/assets/${createHash("sha256")
  .update(STYLESHEET)
  .digest("hex")
  .slice(0, HASH_LENGTH)}.css`;
