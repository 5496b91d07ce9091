// Before anything is drawn: the reader's own choice of light or dark, if there is one.
try {
  const chosen = localStorage.getItem("onboarding-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch { /* a file may have no storage */ }
