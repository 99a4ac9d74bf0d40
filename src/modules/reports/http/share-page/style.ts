export const style = `:root { color-scheme: light dark; --ink: #16202c; --quiet: #55606d; --paper: #fff; --card: #f4f6f8; --line: #c9d1d9; --field: #6b7684; --accent: #0b5cad; --on-accent: #fff; --bad: #a3170f; --good: #0a6b3d; --warn: #7a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a5b0bc; --paper: #11161c; --card: #1a2129; --line: #36424e; --field: #8a97a6; --accent: #7db8f5; --on-accent: #0b1118; --bad: #ff9b92; --good: #7fdcac; --warn: #f3c567; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
.brand { margin: 0 0 1.5rem; font-weight: 700; color: var(--accent); }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h1:focus, #message:focus { outline: none; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
#period { font-size: 1.125rem; color: var(--quiet); margin: 0.25rem 0 1.5rem; }
#period:empty, #message:empty, #standing:empty { display: none; }
form { max-width: 26rem; margin-top: 1rem; }
label { display: block; font-weight: 600; margin: 1rem 0 0.25rem; }
input { width: 100%; padding: 0.625rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--field); border-radius: 0.375rem; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
button { padding: 0.625rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 0.375rem; cursor: pointer; }
form button { width: 100%; margin-top: 1rem; padding: 0.75rem; }
button[aria-disabled="true"] { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#message, #standing { border-inline-start: 4px solid; padding: 0.25rem 0.75rem; margin: 1rem 0; }
#standing p { margin: 0; }
.bad { color: var(--bad); }
.good { color: var(--good); }
.warn { color: var(--warn); }
.quiet { color: var(--quiet); margin: 0 0 0.5rem; font-size: 0.9375rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.375rem 1.5rem; margin: 1.5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
#files { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
#files li { display: grid; grid-template-columns: 1fr auto; gap: 0.25rem 1rem; align-items: center; padding: 0.875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.size { font-weight: 400; color: var(--quiet); white-space: nowrap; }
code { font: 0.8125rem/1.5 ui-monospace, "Cascadia Mono", Consolas, monospace; overflow-wrap: anywhere; }
.hash { grid-column: 1 / -1; color: var(--quiet); }
@media (max-width: 30rem) { main { padding-top: 1.5rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 0.625rem; } #files li { grid-template-columns: 1fr; } #files button { width: 100%; margin-top: 0.375rem; } .hash { grid-row: 2; } }
`;
