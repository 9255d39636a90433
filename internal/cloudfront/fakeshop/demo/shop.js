// What belongs to a visitor is asked for by script and put into pages that are everybody's, as Magento's customer-data.js does.
const answer = await fetch("/customer/section/load?sections=customer,cart");
const { customer, cart } = await answer.json();
document.getElementById("customer").textContent = customer.firstname ? `Hello, ${customer.firstname}` : "";
document.getElementById("count").textContent = cart.summary_count || "";
