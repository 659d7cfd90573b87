/** The page's own look; light and dark, narrow and wide. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --passed: #1a7f37; --stopped: #9a6700; --failed: #cf222e; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin: 0; }
h2 span { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 1em; color: #fff; background: var(--passed); }
h3 { font-size: 1rem; margin: .75rem 0 0; }
.stopped h2 span { background: var(--stopped); } .failed h2 span { background: var(--failed); }
.on, small { opacity: .7; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
.outcome { margin: .4rem 0; }
.timeline { display: flex; gap: 2px; list-style: none; margin: 1rem 0; padding: 0; }
.timeline li { min-width: 1.8rem; background: var(--passed); }
.timeline li.stopped { background: var(--stopped); } .timeline li.failed { background: var(--failed); }
.timeline a { display: block; padding: .3rem 0; text-align: center; color: #fff; text-decoration: none; }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; overflow-wrap: anywhere; }
td:first-child, th:first-child { white-space: nowrap; }
pre { overflow-x: auto; padding: .6rem; background: #8881; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
th:first-child, td:first-child { white-space: nowrap; }
summary { cursor: pointer; }
`;
