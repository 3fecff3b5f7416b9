// <button data-dialog="halt"> opens <dialog id="halt">; a <form method="dialog"> in it closes it.
"use strict";
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
});
