/** The page's style: its own, light or dark as the reader's system is. */
export const STYLE: string = `
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5c6675;--paper:#fff;--line:#dfe4ea;--c1:#0b66c3;--c2:#8a8f98;--c3:#c2570c;--drift:#c62828;--warning:#d99a00;--recovering:#2e7d32}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa5b4;--paper:#14181f;--line:#2b323d;--c1:#5aa9ff;--c2:#8f98a6;--c3:#ff9d57;--drift:#ff6b6b;--warning:#ffc94d;--recovering:#66bb6a}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1040px;padding:24px;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}p{margin:4px 0;color:var(--dim)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:18px 0}
.tile{border:1px solid var(--line);border-radius:8px;padding:10px 12px}.tile b{display:block;font-size:21px}.tile span{color:var(--dim);font-size:13px}
figure{margin:18px 0}figcaption{font-weight:600;display:flex;justify-content:space-between;flex-wrap:wrap;gap:8px}
svg{width:100%;height:auto;display:block}.legend{font-weight:400;color:var(--dim)}.key{margin-left:14px}.key i{display:inline-block;width:14px;height:3px;margin-right:5px;vertical-align:middle;background:currentColor}
.grid{stroke:var(--line)}.axis{font-size:11px;fill:var(--dim)}.line{fill:none;stroke-width:1.8}.dot{stroke:var(--paper);stroke-width:1}
.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}.line.c3{stroke:var(--c3)}i.c1{color:var(--c1)}i.c2{color:var(--c2)}i.c3{color:var(--c3)}
.mark{stroke-width:1.4;stroke-dasharray:4 3}.mark.drift{stroke:var(--drift)}.mark.version{stroke:var(--c1)}
.band{opacity:.18}.band.drift{fill:var(--drift)}.band.warning{fill:var(--warning)}.band.recovering{fill:var(--recovering)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}td.n,th.n{text-align:right}td:first-child{white-space:nowrap}
code{font:13px ui-monospace,monospace}
`;
