export const style = `:root { color-scheme: light dark; --ink: #16202c; --quiet: #55606d; --paper: #fff; --card: #f4f6f8; --line: #c9d1d9; --field: #6b7684; --accent: #0b5cad; --on-accent: #fff; --bad: #a3170f; --good: #0a6b3d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a5b0bc; --paper: #11161c; --card: #1a2129; --line: #36424e; --field: #8a97a6; --accent: #7db8f5; --on-accent: #0b1118; --bad: #ff9b92; --good: #7fdcac; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
.brand { margin: 0 0 1rem; font-weight: 700; color: var(--accent); }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; margin: 1.5rem 0 0.5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.25rem 0 0.25rem; }
h1:focus, h2:focus, #message:focus { outline: none; }
#message:empty { display: none; }
#message { border-inline-start: 4px solid; padding: 0.25rem 0.75rem; margin: 1rem 0; }
.bad { color: var(--bad); }
.good { color: var(--good); }
#sign-in { max-width: 26rem; }
label { display: block; font-weight: 600; margin: 1rem 0 0.25rem; }
.choice { font-weight: 400; margin: 0.375rem 0; }
input:not([type="checkbox"], [type="radio"]), textarea { width: 100%; padding: 0.625rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--field); border-radius: 0.375rem; }
button { padding: 0.5rem 0.875rem; margin: 0.25rem 0.25rem 0.25rem 0; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 0.375rem; cursor: pointer; }
button[aria-disabled="true"] { opacity: 0.6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[aria-invalid="true"] { outline: 2px solid var(--bad); outline-offset: 2px; }
#items { margin: 0; padding: 0; list-style: none; display: grid; gap: 0.75rem; }
#items li { padding: 0.75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; }
.quiet { color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 1rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: 0; padding: 0.75rem 1rem; background: var(--card); border-inline-start: 4px solid var(--accent); overflow-wrap: anywhere; }
video { display: block; width: 100%; max-height: 28rem; margin: 1rem 0 0.25rem; background: #000; border-radius: 0.5rem; }
fieldset { margin: 1rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
legend { font-weight: 600; padding: 0 0.375rem; }
`;
