// Small pages in the manner of httpbin's, in our own words where the text does not matter to a lab.

export const ROBOTS = "User-agent: *\nDisallow: /deny\n";
export const ANGRY = "\n  (>_<)\n\nYOU SHOULDN'T BE HERE\n";
export const HTML_PAGE =
  "<!DOCTYPE html>\n<html>\n  <head>\n  </head>\n  <body>\n      <h1>Herman Melville - Moby-Dick</h1>\n\n      <div>\n        <p>Call me Ishmael.</p>\n      </div>\n  </body>\n</html>\n";
export const XML_PAGE =
  '<?xml version="1.0" encoding="us-ascii"?>\n<slideshow title="Sample Slide Show" author="Yours Truly">\n  <slide type="all">\n    <title>Overview</title>\n  </slide>\n</slideshow>\n';
export const SLIDES = {
  slideshow: {
    author: "Yours Truly",
    date: "date of publication",
    slides: [
      { title: "Wake up to WonderWidgets!", type: "all" },
      {
        items: ["Why <em>WonderWidgets</em> are great", "Who <em>buys</em> WonderWidgets"],
        title: "Overview",
        type: "all",
      },
    ],
    title: "Sample Slide Show",
  },
};

export const indexPage = (endpoints: Iterable<string>) =>
  `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="UTF-8">\n<title>httpbin.org</title>\n</head>\n<body>\n<h2>httpbin.org</h2>\n<p>A simple HTTP Request &amp; Response Service.</p>\n<ul>\n${[
    ...endpoints,
  ]
    .map((name) => `<li><a href="/${name}">/${name}</a></li>`)
    .join("\n")}\n</ul>\n</body>\n</html>\n`;
