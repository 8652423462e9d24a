import { expect, test } from "vitest";
import { html, type Hole } from "./html.ts";

test("what is no HTML is escaped, in text and in attributes", () => {
  const evil = `"><script>alert('x')</script>&`;
  expect(String(html`<p title="${evil}">${evil}</p>`)).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">' +
      "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>",
  );
});

test("HTML in HTML stays as it is, lists are joined, null is nothing, numbers are text", () => {
  const items = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
  expect(
    String(
      html`<ul>
        ${items}${null}${3}
      </ul>`,
    ),
  ).toBe("<ul><li>a</li><li>&lt;b&gt;</li>3</ul>");
});

test("what only looks like HTML is escaped all the same", () => {
  const faked = { toString: () => "<b>" } as unknown as Hole;
  expect(() => String(html`${faked}`)).toThrow("map is not a function");
  expect(String(html`${String(html`<i></i>`)}`)).toBe("&lt;i&gt;");
});
