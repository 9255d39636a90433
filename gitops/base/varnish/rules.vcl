# Generated from pkg/magento and the settings: go test ./internal/varnish -run TestRules -update

# What a session, a token or the staff decides is passed on, whatever Magento says of keeping it.
sub rules_decided {
    if (req.url ~ "(?i)^/(?:index\.php/)?(?:[A-Za-z]\w*/)?(?:adyen|affirm|afterpay|amazon_pay|amsociallogin|api|banner|boltpay|braintree|buckaroo|captcha|catalog/product_compare|catalog/product_frontend_action|catalogsearch/advanced/result|catalogsearch/searchTermsLog|checkout|checkout_com|checkout_customer|company|company_credit|contact|cron\.php|customer|customer_custom_attributes|customer_order|directory|downloadable|easycheckout|errors|get\.php|giftcard|giftmessage|giftregistry|graphql|gtm|health_check\.php|hipay|index\.php|instantpurchase|inventory_catalog|invitation|loginascustomer|magento_version|mollie|mospsaml|mp|mui/index|multisafepay|multishipping|negotiable_quote|newsletter|oauth|page_cache|pagebuilder|paymentservicespaypal|paynl|paypal|payplug_payments|persistent|productalert|quick-checkout|quickorder|razorpay|requisition_list|rest|restriction|review/customer|review/product/post|reward|rma|rss|sales/download|sales/guest|sales/order|search/ajax|search/term|sendfriend|setup|sezzle|shipping/tracking|signifyd_webhooks|soap|sociallogin|static\.php|storecredit|stores/store|stripe|swagger|swat|translation|vault/cards|versionscms|wishlist|wishlists|worldpay)(?:[/?]|$)") {
        return (pass);
    }
}

# What scripts put into pages, and Magento marks as public.
sub rules_fragments {
    if (req.url ~ "^/(?:index\.php/)?(?:[A-Za-z]\w*/)?(?:review/product/listAjax|swatches/ajax/media)(?:[/?]|$)") {
        call without_session_or_group;
    }
}

# Cookies whose holders have pages of their own.
sub rules_private {
    # none in the settings (magento-cdn:privateCookies)
}

# Cookies that change pages for everybody with the same value alike.
sub rules_content_cookies {
    cookie.keep("store");
}

# Of a cookie that comes twice, PHP reads the first and Varnish the last.
sub rules_doubled {
    if (req.http.Cookie ~ "(?:^|;\s*)(X-Magento-Vary|store)=.*;\s*\1=") {
        return (pass);
    }
}

# Parameters that say where a visitor came from, and change no page.
sub rules_tracking {
    set req.url = regsuball(req.url, "([?&])(?:_ga|_gl|ga_[a-z_-]+|gad_[a-z]+|gbraid|dclid|gclid|gclsrc|srsltid|usqp|utm_[a-z_-]+|wbraid|action_object_map|action_ref_map|action_type_map|fb_action_ids|fb_action_types|fb_comment_id|fb_ref|fb_source|fbclid|igsh|igshid|ttclid|twclid|__twitter_impression|li_fat_id|epik|ScCid|rdt_cid|msclkid|_clde|_cldee|guccounter|guce_referrer|guce_referrer_sig|soc_src|soc_trk|awclid|asc_campaign|asc_refurl|asc_source|yclid|ysclid|ymclid|_openstat|erid|dicbo|tblci|auctid|irclickid|irgwc|ir_adid|ir_campaignid|ir_partnerid|awc|zanpid|cjevent|cjdata|ranEAID|ranMID|ranSiteID|sscid|tduid|admitad_uid|ceneo_cid|ceneo_spo|gdf[a-z]+|ymid|mkcid|mkevt|mkrid|mkwid|pcrid|ef_id|s_cid|s_kwcid|adobe_mc_ref|adobe_mc_sdid|mkt_tok|__hsfp|__hssc|__hstc|_hsenc|_hsmi|hsCtaTracking|hsa_[a-z]+|_ke|_kx|mc_[a-z]+|ml_subscriber|ml_subscriber_hash|ck_subscriber_id|_bhlid|_bta_[a-z]+|trk_[a-z]+|dm_i|redirect_log_mongo_id|redirect_mongo_id|sb_referer_host|snrai_[a-z_-]+|vero_conv|vero_id|wickedid|oly_anon_id|oly_enc_id|rb_clickid|sc_customer|sc_eh|sc_uid|omnisendContactID|et_rid|bbeml|ss_email_id|bsft_[a-z]+|_sgm_action|_sgm_campaign|_sgm_source|mindbox-click-id|mindbox-message-key|cm_cr|cm_me|cm_mmc[a-z0-9_]+|cm_mmc|wt_mc|wt_zmc|xtor|at_campaign|at_link|at_link_id|at_medium|at_recipient_id|at_recipient_list|at_send_date|cx_click|cx_recsOrder|cx_recsWidget|elqTrack|elqTrackId|elqaid|elqat|_branch_match_id|_branch_referrer|adjust_[a-z_-]+|gps_adid|unicorn_click_id|matomo_[a-z]+|mtm_[a-z]+|piwik_[a-z]+|pk_[a-z]+|cmpid|itm_[a-z]+|otm_[a-z_-]+|hmb_campaign|hmb_medium|hmb_source|dpg_[a-z]+|nx_source|_zucks_suid|aiad_clid|asgtbndr|ebisAdID|famad_xuid|maf|oprtrack|vc_lpp|clickId|siteurl|__io_lv|_io_session_id)(?:=[^&]*)?(?=&|$)", "\1");
    set req.url = regsub(regsuball(req.url, "&&+", "&"), "\?&+", "?");
}
