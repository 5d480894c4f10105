// Writes the files of flask_typed/publish/assets/graphiql: `npm ci --ignore-scripts && npm run build`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const FOLDER = process.argv[2] ?? join(HERE, "../../flask_typed/publish/assets/graphiql");
const FONT_FACE = /@font-face\s*\{[^}]*\}/g;

// The fonts are six times as large as all other styles, and have licences of their own.
const withoutFonts = {
  name: "without-fonts",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(FONT_FACE, ""),
      loader: "css",
    }));
  },
};

// Returns the folders of the packages that files belong to, in order.
function findPackages(files) {
  const folders = new Set();
  for (const file of files) {
    let folder = dirname(resolve(HERE, file));
    while (folder.includes("node_modules") && !isPackage(folder)) {
      folder = dirname(folder);
    }
    if (folder.includes("node_modules")) {
      folders.add(folder);
    }
  }
  return [...folders].sort();
}

// A package.json without a name only tells how its folder is read.
function isPackage(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) && "version" in JSON.parse(readFileSync(file, "utf8"));
}

// Returns the name, the version and the licence of a package.
function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file
    ? readFileSync(join(folder, file), "utf8").replace(/\r\n/g, "\n").trim()
    : "(The package names its licence, and has no file with the text.)";
  return { title: `${name} ${version} (${license})`, text };
}

// Returns all licences, each text once.
function writeLicences(folders) {
  const titles = new Map();
  for (const { title, text } of folders.map(describe)) {
    titles.set(text, [...(titles.get(text) ?? []), title]);
  }
  const line = "=".repeat(80);
  return [...titles].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`).join(`\n${line}\n\n`);
}

const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: { graphiql: "page.js" },
  outdir: FOLDER,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "GraphiQL",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
  alias: { "react-style-singleton": join(HERE, "styles.js") },
  plugins: [withoutFonts],
});
const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
writeFileSync(join(FOLDER, "LICENSE"), writeLicences(findPackages(used)));
