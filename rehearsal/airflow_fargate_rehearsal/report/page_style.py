"""How the report's page looks: on paper, and on a light and a dark screen."""

STYLE = """
:root {
  --ground: #ffffff; --text: #24292f; --soft: #57606a; --line: #d0d7de; --lane: #f6f8fa;
  --ok: #00704f; --bad: #b33600;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --lane: #151b23;
    --ok: #3fb68b; --bad: #ff8f5a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
}
main { max-width: 1160px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 8px; }
h2 {
  font-size: 18px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line);
}
dl { display: flex; flex-wrap: wrap; gap: 12px 32px; margin: 16px 0 0; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 0; font-weight: 600; }
.verdict { font-size: 18px; font-weight: 600; margin: 0; }
.ok { color: var(--ok); } .bad { color: var(--bad); }
td.ok, td.bad { font-weight: 600; white-space: nowrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-child(3) { overflow-wrap: anywhere; }
.small, .legend { color: var(--soft); font-size: 13px; }
.legend span { margin-right: 18px; white-space: nowrap; }
.legend i {
  display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px;
  vertical-align: -1px;
}
.legend .waiting { background: #b98900; opacity: .45; } .legend .running { background: #0072b2; }
.legend .success { background: #00805e; } .legend .failed { background: #c43e00; }
.legend .stopped { background: #6e7781; }
img { max-width: 100%; border: 1px solid var(--line); border-radius: 6px; }
details { border-bottom: 1px solid var(--line); padding: 6px 0; }
summary { cursor: pointer; }
pre {
  overflow-x: auto; padding: 12px; background: var(--lane); border-radius: 6px;
  font: 12px/1.5 ui-monospace, "SFMono-Regular", Menlo, monospace;
}
@media print { details { break-inside: avoid; } }
"""
