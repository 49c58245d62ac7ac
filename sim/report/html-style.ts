/** The style sheet of report.html: calm and dense; light, dark, phone, print; a font for Chinese in every stack. */
export const reportStyle = `
:root{
--page:#f6f7f9;--card:#fff;--ink:#18202b;--muted:#5d6979;--line:#e3e7ed;--soft:#eef1f5;
--accent:#1f5fd0;--good:#117a55;--warn:#9a5b00;--bad:#c0271b;--warn-soft:#fff5e0;--bad-soft:#fdecea;
--answered:#3aa17e;--late:#e3a008;--wrong:#d92d20;--misaddressed:#b4269d;--dropped:#6a4bc4;--unsent:#8b95a5;
--planned:#c5cedb;--low:#7fb2e5;--middle:#2f6fd6;--high:#16306b;--backlog:#2c8fa3;
--mark-fault:#d97706;--mark-burst:#7c5cd6;--mark-phase:#7b8798;--mark-error:#d92d20;--mark-hook:#0f766e;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
}
@media screen and (prefers-color-scheme:dark){:root:not([data-print]){
--page:#0e131a;--card:#161d27;--ink:#e4e9f0;--muted:#95a2b4;--line:#28323f;--soft:#1d2632;
--accent:#6ba4ff;--good:#4cc495;--warn:#f0b254;--bad:#ff7a6b;--warn-soft:#2e2413;--bad-soft:#331a19;
--answered:#2f8f6f;--late:#d9a21b;--wrong:#f0554a;--misaddressed:#d95cc4;--dropped:#9a82ea;--unsent:#7c8798;
--planned:#3b4859;--low:#4d7fb3;--middle:#6ba4ff;--high:#d3e2ff;--backlog:#45b3c9;
--mark-fault:#f0a040;--mark-burst:#a78bfa;--mark-phase:#8794a6;--mark-error:#ff6b5e;--mark-hook:#2dd4bf;
}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 var(--sans)}
main{max-width:1120px;margin:0 auto;padding:20px 24px 48px}
:root[lang=en] [lang=zh],:root[lang=zh] [lang=en]{display:none}
h1{font-size:26px;line-height:1.25;margin:6px 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:17px;margin:36px 0 10px;letter-spacing:-.005em}
h3{font-size:14px;margin:16px 0 4px}
a{color:var(--accent)}
code{font:.92em var(--mono);overflow-wrap:anywhere}
small{color:var(--muted);font-size:12.5px}
ul{margin:6px 0;padding-left:20px}
.bar{display:flex;justify-content:space-between;align-items:center;min-height:32px}
.mark{font-weight:700;letter-spacing:.02em;color:var(--accent)}
button{font:inherit;font-size:13px;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 12px;cursor:pointer}
button:hover{border-color:var(--muted)}
button:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.facts{display:flex;flex-wrap:wrap;gap:0 8px;margin:0;color:var(--muted);font-size:13.5px}
.facts>span{overflow-wrap:anywhere}
.facts>span:not(:last-child)::after{content:"·";margin-left:8px}
.note{color:var(--muted);font-size:13.5px;margin:0 0 8px}
.yes{color:var(--good)}.no{color:var(--bad)}.open{color:var(--muted)}
.doubt{margin:18px 0 0;padding:12px 16px;border-radius:8px;border:1px solid}
.doubt.warn{background:var(--warn-soft);border-color:var(--warn)}.doubt.warn strong{color:var(--warn)}
.doubt.bad{background:var(--bad-soft);border-color:var(--bad)}.doubt.bad strong{color:var(--bad)}
.verdict{--tone:var(--bad);margin:18px 0 0;padding:14px 18px 12px;background:var(--card);border:1px solid var(--line);border-left:5px solid var(--tone);border-radius:8px}
.verdict.pass{--tone:var(--good)}.verdict.interrupted{--tone:var(--warn)}
.status{margin:0;display:flex;align-items:baseline;gap:10px}
.badge{font-size:21px;font-weight:700;color:var(--tone)}
.exit{color:var(--muted);font-size:13px}
.story{margin:4px 0 2px;font-size:16.5px}
.verdict ul{color:var(--muted);font-size:14px}
.tile small{display:block;line-height:1.35}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(138px,1fr));gap:10px;margin-top:12px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:9px 12px 10px;min-width:0}
.tile>span{display:block;color:var(--muted);font-size:12.5px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.tile>span>span,.tile small>span{display:inline}
.tile b{display:block;font-size:22px;line-height:1.3;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.tile.alarm b{color:var(--bad)}.tile.caution b{color:var(--dropped)}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:6px 12px;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--muted);font-weight:500;font-size:12.5px;white-space:nowrap;background:var(--soft)}
tbody th{font-weight:500}
.n{text-align:right;white-space:nowrap}
.latency tbody th{min-width:180px}
.gates small{margin-left:6px}
.ends td:last-child{min-width:220px}
.swatch{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:8px}
svg{display:block;width:100%;overflow:hidden}
.ends-bar{height:22px;border-radius:5px;margin:0 0 10px;background:var(--soft)}
.fill-answered{fill:var(--answered);background:var(--answered)}.fill-late{fill:var(--late);background:var(--late)}
.fill-wrong{fill:var(--wrong);background:var(--wrong)}.fill-misaddressed{fill:var(--misaddressed);background:var(--misaddressed)}
.fill-dropped{fill:var(--dropped);background:var(--dropped)}.fill-unsent{fill:var(--unsent);background:var(--unsent)}
.card{margin:0 0 12px;padding:12px 14px 10px;background:var(--card);border:1px solid var(--line);border-radius:8px;break-inside:avoid}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 12px}
figcaption h3{margin:0}
figcaption>span{color:var(--muted);font-size:12.5px}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;min-height:22px;margin-top:3px;font-size:12.5px;color:var(--muted);font-variant-numeric:tabular-nums}
.legend b{color:var(--ink);font-weight:600;margin-left:5px}
.legend i{display:inline-block;width:12px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle}
.legend i.box{height:10px;width:10px}
.legend i.dashed{height:0;border-top:3px dashed;border-radius:0;width:18px}
.legend .at{margin-left:auto;color:var(--ink)}
.plot{min-height:226px}
.u-select{background:var(--mark-phase);opacity:.25}
.u-hz,.u-vt{border-color:var(--muted)!important}
.distribution{height:190px}
.distribution .retried{fill:var(--ink);fill-opacity:.45}
.distribution text{font-size:11.5px;fill:var(--muted)}
.distribution .tick{text-anchor:middle}
.distribution .tick.first{text-anchor:start}
.distribution .rule{stroke:var(--muted);stroke-dasharray:3 3}
.distribution .promise{stroke:var(--bad)}
.distribution text.promise{fill:var(--bad);stroke:none}
.distribution .base{stroke:var(--line)}
details{margin-top:6px}
summary{cursor:pointer;color:var(--muted);font-size:12.5px;width:max-content;max-width:100%}
details .scroll{margin-top:6px;max-height:340px;overflow:auto}
details table{font-size:12.5px}
details th,details td{padding:3px 12px;font-weight:400}
details thead th{position:sticky;top:0}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:8px 20px;margin:12px 0 0}
dt{color:var(--muted);font-size:12.5px}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.words{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0}
.words dt{font-size:14px}.words dd{font-size:14px}
@media(max-width:640px){
main{padding:12px 14px 36px}
h1{font-size:21px}h2{margin-top:28px}
.tiles{grid-template-columns:repeat(2,1fr);gap:8px}
.tile b{font-size:19px}
.story{font-size:15.5px}
th,td{padding:6px 9px}
.card{padding:10px 8px 8px}
.tile:first-child{grid-column:1/-1}
.latency tbody th{min-width:0;position:sticky;left:0;background:var(--card)}.latency small{display:none}
.ends tr{display:grid;grid-template-columns:1fr 84px 74px;border-bottom:1px solid var(--line)}
.ends tr>*{border:0;padding-bottom:2px}.ends thead th{padding-bottom:6px}.ends thead th:last-child{display:none}
.ends td:last-child{grid-column:1/-1;padding-top:0;padding-bottom:7px;color:var(--muted);font-size:13px}
.ends tbody tr:last-child{border-bottom:0}
.gates small{display:block;margin-left:18px}
.words{grid-template-columns:1fr;gap:0}.words dd{margin-bottom:8px}
.pairs{grid-template-columns:1fr 1fr}
}
@media print{
@page{margin:14mm}
body{background:#fff;font-size:12px}
main{max-width:none;padding:0}
button,.hint{display:none}
h2{break-after:avoid;margin-top:20px}
tr,.tile,.verdict{break-inside:avoid}
table{font-size:11px}th,td{padding:4px 6px}thead th{font-size:10.5px}small{font-size:10.5px}.latency tbody th{min-width:120px}
.scroll,details .scroll{overflow:visible;max-height:none}
details:not([open]){display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
