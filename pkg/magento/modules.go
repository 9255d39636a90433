package magento

import (
	"slices"
	"strings"
)

// ModuleRoutes lists the front names of what shops have beside Magento Open Source, sorted by name: those of Adobe Commerce
// with B2B, and of much used modules for payments and logins. Sessions decide all of their answers, or they change something.
func ModuleRoutes() []Route {
	all := slices.Concat(commerceRoutes(), paymentRoutes(), loginRoutes())
	slices.SortFunc(all, func(a, b Route) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func moduleRoute(name, module, why string) Route {
	return Route{Name: name, Kind: FrontName, Module: module, Audience: Session, Why: why}
}

// commerceRoutes are the front names of Adobe Commerce 2.4.6-p1 and of its B2B modules that Magento Open Source does not have
// (etc/frontend/routes.xml of each module, as public repositories hold them: caiced2/magento246, bgindikagamage/magentoapp; of
// quick order the link to it, Magento\QuickOrder\Block\Link).
func commerceRoutes() []Route {
	return []Route{
		moduleRoute("banner", "Magento_Banner", "dynamic blocks, by the visitor's segment"),
		moduleRoute("checkout_customer", "Magento_CheckoutAddressSearch", "a customer's addresses"),
		moduleRoute("company", "Magento_Company", "a company's account"),
		moduleRoute("company_credit", "Magento_CompanyCredit", "a company's credit"),
		moduleRoute("customer_custom_attributes", "Magento_CustomerCustomAttributes", "files that customers upload"),
		moduleRoute("customer_order", "Magento_AdvancedCheckout", "orders by SKU"),
		moduleRoute("giftcard", "Magento_GiftCardAccount", "gift cards in the cart and the account"),
		moduleRoute("giftregistry", "Magento_GiftRegistry", "a customer's registries"),
		moduleRoute("gtm", "Magento_GoogleTagManager", "what a visitor put into the cart"),
		moduleRoute("invitation", "Magento_Invitation", "a customer's invitations"),
		moduleRoute("negotiable_quote", "Magento_NegotiableQuote", "a company's quotes"),
		moduleRoute("quick-checkout", "Magento_QuickCheckout", "payments"),
		moduleRoute("quickorder", "Magento_QuickOrder", "orders by SKU"),
		moduleRoute("requisition_list", "Magento_RequisitionList", "a company's lists"),
		moduleRoute("restriction", "Magento_WebsiteRestriction", "a shop that is closed to guests"),
		moduleRoute("reward", "Magento_Reward", "a customer's points"),
		moduleRoute("rma", "Magento_Rma", "returns"),
		moduleRoute("storecredit", "Magento_CustomerBalance", "a customer's balance"),
		moduleRoute("swat", "Magento_Swat", "the Site-Wide Analysis Tool's keys"),
		moduleRoute("versionscms", "Magento_VersionsCms", "pages that are not published"),
		moduleRoute("wishlists", "Magento_MultipleWishlist", "wishlists"),
	}
}

// paymentRoutes are the front names of much used modules for payments (etc/frontend/routes.xml of the repository of each).
// Klarna's and Amazon's pages are below /checkout and /amazon_pay.
func paymentRoutes() []Route {
	return []Route{
		moduleRoute("adyen", "Adyen_Payment", "payments: Adyen/adyen-magento2"),
		moduleRoute("affirm", "Astound_Affirm", "payments: Affirm/Magento2_Affirm"),
		moduleRoute("afterpay", "Afterpay_Afterpay", "payments: afterpay/afterpay-magento-2"),
		moduleRoute("amazon_pay", "Amazon_Pay", "payments and logins: amzn/amazon-payments-magento-2-plugin"),
		moduleRoute("boltpay", "Bolt_Boltpay", "payments: BoltApp/bolt-magento2"),
		moduleRoute("buckaroo", "Buckaroo_Magento2", "payments: buckaroo-it/Magento2"),
		moduleRoute("checkout_com", "CheckoutCom_Magento2", "payments: checkout/checkout-magento2-plugin"),
		moduleRoute("easycheckout", "Dibs_EasyCheckout", "payments: Nets-eCom/Magento2_easy"),
		moduleRoute("hipay", "HiPay_FullserviceMagento", "payments: hipay/hipay-fullservice-sdk-magento2"),
		moduleRoute("mollie", "Mollie_Payment", "payments: mollie/magento2"),
		moduleRoute("mp", "MercadoPago_AdbPayment", "payments: mercadopago/adb-payment"),
		moduleRoute("multisafepay", "MultiSafepay_ConnectCore", "payments: MultiSafepay/magento2-core"),
		moduleRoute("paynl", "Paynl_Payment", "payments: paynl/magento2-plugin"),
		moduleRoute("payplug_payments", "Payplug_Payments", "payments: payplug/payplug-magento2"),
		moduleRoute("razorpay", "Razorpay_Magento", "payments: razorpay/razorpay-magento"),
		moduleRoute("sezzle", "Sezzle_Sezzlepay", "payments: sezzle/sezzle-magento2"),
		moduleRoute("signifyd_webhooks", "Signifyd_Connect", "decisions about orders: signifyd/magento2"),
		moduleRoute("stripe", "StripeIntegration_Payments", "payments: Stripe's module, as in yogesh-hbwsl/magento2-user-stories"),
		moduleRoute("worldpay", "Sapient_Worldpay", "payments: Worldpay/Worldpay-Magento2-CG"),
	}
}

// loginRoutes are the front names of much used modules for logins (as for payments).
func loginRoutes() []Route {
	return []Route{
		moduleRoute("amsociallogin", "Amasty_SocialLogin", "logins: as in thuannv123/PPGroup_magento"),
		moduleRoute("mospsaml", "MiniOrange_SP", "logins by SAML: as in scotts-ebiz/cruithne"),
		moduleRoute("sociallogin", "Mageplaza_SocialLogin", "logins: mageplaza/magento-2-social-login"),
	}
}
