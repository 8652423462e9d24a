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
  const items = ["a", "<b>"].map((text) => html`<i>${text}</i>`);
  expect(String(html`<p>${items}${null}${3}</p>`)).toBe("<p><i>a</i><i>&lt;b&gt;</i>3</p>");
});

test("what only looks like HTML is no HTML", () => {
  const faked = { toString: () => "<b>" } as unknown as Hole;
  expect(() => String(html`${faked}`)).toThrow("map is not a function");
  const made = html`<i>x</i>`;
  expect(String(html`${String(made)}`)).toBe("&lt;i&gt;x&lt;/i&gt;");
});
