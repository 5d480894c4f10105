// Takes the place of react-style-singleton, whose <style> elements the policy of the page refuses.
// It keeps the page behind an open dialog from scrolling; style sheets of scripts are allowed.
import { useEffect } from "react";

export function styleSingleton() {
  const sheet = new CSSStyleSheet();
  let users = 0;
  return function Sheet({ styles, dynamic }) {
    useEffect(() => {
      sheet.replaceSync(styles);
      if (users === 0) {
        document.adoptedStyleSheets.push(sheet);
      }
      users += 1;
      return () => {
        users -= 1;
        if (users === 0) {
          document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
        }
      };
    }, [styles && dynamic]);
    return null;
  };
}
