"use client";

// Shown when even the layout failed, so it depends on nothing.
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main id="content">
          <h1>Meshwork could not show this page</h1>
          <p>Your terminal, cluster and progress live on the server and are not affected.</p>
          <button type="button" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
