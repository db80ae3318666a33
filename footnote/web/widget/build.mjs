// Build the widget into one file: node build.mjs [FILE]. The same sources give the same bytes.
import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const TARGET = ["chrome109", "firefox115", "safari16.4"];

// A style sheet becomes a text, which the widget gives to its shadow root.
const styles = {
  name: "styles",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGET });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  entryPoints: [new URL("src/global.ts", import.meta.url).pathname],
  outfile: process.argv[2] ?? new URL("dist/widget.js", import.meta.url).pathname,
  bundle: true,
  minify: true,
  format: "iife",
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  plugins: [styles],
});
