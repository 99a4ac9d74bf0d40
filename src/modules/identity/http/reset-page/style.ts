export const style = `:root { color-scheme: light dark; --ink: #16202c; --paper: #fff; --line: #6b7684; --accent: #0b5cad; --on-accent: #fff; --bad: #a3170f; --good: #0a6b3d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #11161c; --line: #8a97a6; --accent: #7db8f5; --on-accent: #0b1118; --bad: #ff9b92; --good: #7fdcac; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
#message:focus { outline: none; }
label { display: block; font-weight: 600; margin: 1rem 0 0.25rem; }
input:not([type="checkbox"]) { width: 100%; padding: 0.625rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 0.375rem; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
.choice { display: flex; align-items: center; gap: 0.5rem; }
.choice input { width: 1.25rem; height: 1.25rem; margin: 0; }
.choice label { margin: 0; font-weight: 400; }
button { width: 100%; padding: 0.75rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 0.375rem; cursor: pointer; }
button[aria-disabled="true"] { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#message:empty { display: none; }
#message { border-inline-start: 4px solid; padding: 0.25rem 0.75rem; margin: 0 0 1rem; }
#message.bad { color: var(--bad); }
#message.good { color: var(--good); }
`;
