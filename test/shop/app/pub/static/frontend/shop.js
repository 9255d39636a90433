// What is a visitor's own comes by script into pages that are everybody's, as Magento's customer-data.js does: the sections, and the
// key of a form, which the browser makes up.
let key = document.cookie.match(/(?:^|; )form_key=(\w+)/)?.[1];
if (!key) {
    key = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    document.cookie = `form_key=${key}; path=/; SameSite=Lax`;
}
for (const field of document.querySelectorAll("[name=form_key]")) {
    field.value = key;
}
const answer = await fetch("/customer/section/load/?sections=customer,cart");
const { customer, cart } = await answer.json();
document.getElementById("customer").textContent = customer.firstname ? `Hello, ${customer.firstname}` : "";
document.getElementById("count").textContent = cart.summary_count;
document.documentElement.dataset.ready = "yes";
