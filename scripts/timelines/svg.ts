// Shapes of the timelines in docs/guide/images: a picture is a list of shapes on a panel that follows the reader's
// light or dark preference. What is seen is filled and what is not is hollow: colour is never the only sign.

/** The width of every picture. */
export const WIDTH = 760;

/** A drawing: its file is `{name}.svg`, and title and description are for those who do not see it. */
export interface Picture {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly shapes: readonly string[];
}

type Anchor = "start" | "middle" | "end";

const STYLE = `
    text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
    .head { font-weight: 600; font-size: 14px; }
    .faint { fill: #59636e; font-size: 12px; }
    .panel { fill: #ffffff; stroke: #d1d9e0; }
    .axis { stroke: #818b98; }
    .tick { stroke: #d1d9e0; }
    .past { fill: #dafbe1; stroke: #1a7f37; }
    .tile { fill: #ddf4ff; stroke: #0969da; }
    .open { fill: none; stroke: #818b98; stroke-dasharray: 4 3; }
    .seen { fill: #1a7f37; stroke: #1a7f37; stroke-width: 2; }
    .unseen { fill: #ffffff; stroke: #cf222e; stroke-width: 2; }
    .bound { stroke: #1a7f37; stroke-width: 2.5; }
    .asked { stroke: #8250df; stroke-width: 2; stroke-dasharray: 5 3; }
    .arrow { stroke: #59636e; stroke-width: 1.5; fill: none; }
    .green { fill: #1a7f37; font-weight: 600; }
    .red { fill: #cf222e; font-weight: 600; }
    .violet { fill: #8250df; font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .faint { fill: #9198a1; }
      .panel { fill: #0d1117; stroke: #3d444d; }
      .axis { stroke: #9198a1; }
      .tick { stroke: #3d444d; }
      .past { fill: #12351f; stroke: #3fb950; }
      .tile { fill: #10294a; stroke: #4493f8; }
      .open { stroke: #9198a1; }
      .seen { fill: #3fb950; stroke: #3fb950; }
      .unseen { fill: #0d1117; stroke: #f85149; }
      .bound { stroke: #3fb950; }
      .asked { stroke: #ab7df8; }
      .arrow { stroke: #9198a1; }
      .green { fill: #3fb950; }
      .red { fill: #f85149; }
      .violet { fill: #ab7df8; }
    }`;

/** The file's text. */
export function svgOf({ name, title, description, height, shapes }: Picture): string {
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${name}-title ${name}-desc">`,
    `  <title id="${name}-title">${escaped(title)}</title>`,
    `  <desc id="${name}-desc">${escaped(description)}</desc>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect class="panel" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...shapes.map((shape) => `  ${shape}`),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

/** A line of text on its base line. */
export function label(x: number, y: number, content: string, style = "", anchor: Anchor = "start"): string {
  return `<text class="${style}" x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}"/>`;
}

/** A box from one x to another. */
export function box(x1: number, x2: number, y: number, height: number, style: string): string {
  return `<rect class="${style}" x="${rounded(x1)}" y="${rounded(y)}" width="${rounded(x2 - x1)}" height="${height}" rx="2"/>`;
}

/** An event: filled when it is seen, hollow when it is not. */
export function dot(x: number, y: number, isSeen: boolean): string {
  return `<circle class="${isSeen ? "seen" : "unseen"}" cx="${rounded(x)}" cy="${rounded(y)}" r="6"/>`;
}

/** A level arrow with its head at `x2`. */
export function arrow(x1: number, x2: number, y: number): string {
  const back = x2 > x1 ? -6 : 6;
  const head = `M${rounded(x2 + back)} ${y - 4}L${rounded(x2)} ${y}L${rounded(x2 + back)} ${y + 4}`;
  return `<path class="arrow" d="M${rounded(x1)} ${y}H${rounded(x2)}${head}"/>`;
}

function rounded(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
